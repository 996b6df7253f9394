/** Plain evaluations of what the backends compute, entry by entry, for small sizes. A matrix is a list of rows. */
export type Rows = number[][];

/** A repeatable generator for test data (mulberry32), independent of the one under test. */
export const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** Numbers uniform in (−1, 1). */
export const numbers = (count: number, seed: number): Float64Array => {
  const next = generator(seed);
  return Float64Array.from({ length: count }, () => 2 * next() - 1);
};

export const rowsOf = (data: ArrayLike<number>, rows: number, columns: number, index = 0): Rows =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => data[(index * rows + i) * columns + j] as number));

export const at = (rows: Rows, i: number, j: number): number => (rows[i] as number[])[j] as number;

export const transposed = (a: Rows): Rows => (a[0] ?? []).map((_, j) => a.map((row) => row[j] as number));

export const multiplied = (a: Rows, b: Rows): Rows => {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => row.reduce((sum, x, k) => sum + x * (column[k] as number), 0)));
};

/** X⁻¹ B by Gauss–Jordan elimination with pivoting. */
export const eliminated = (a: Rows, b: Rows): Rows => {
  const n = a.length;
  const work = a.map((row, i) => [...row, ...(b[i] as number[])]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let i = column; i < n; i++) if (Math.abs(at(work, i, column)) > Math.abs(at(work, best, column))) best = i;
    [work[column], work[best]] = [work[best] as number[], work[column] as number[]];
    const pivot = work[column] as number[];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const row = work[i] as number[];
      const factor = (row[column] as number) / (pivot[column] as number);
      for (let j = column; j < row.length; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  return work.map((row, i) => row.slice(n).map((x) => x / (row[i] as number)));
};

/** Largest |x − y| over the largest |y|. */
export const relativeDistance = (found: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  if (found.length !== wanted.length) throw new Error(`lengths ${found.length} and ${wanted.length}`);
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs((found[i] as number) - (wanted[i] as number));
    // Not-a-number must not pass for closeness.
    if (!(difference <= worst)) worst = difference;
    scale = Math.max(scale, Math.abs(wanted[i] as number));
  }
  return scale === 0 ? worst : worst / scale;
};
