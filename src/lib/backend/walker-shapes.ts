import type { Matrix, OuterRows, WalkerField, WalkerState } from './backend';
import { expectShape } from './shapes';

/** Sizes of a field and its neurons, checked: copies B, samples M and examples n. */
export function walkerSizes(
  { factor, conjugate, means, tilts }: WalkerField,
  state: WalkerState,
): { readonly copies: number; readonly samples: number; readonly n: number } {
  const { batch: copies, rows: samples, columns: n } = state.z;
  for (const [name, matrix] of Object.entries(state)) {
    expectShape(matrix as Matrix, samples, n, `${name} of the walkers`);
    if ((matrix as Matrix).batch !== copies) throw new Error(`${name} of the walkers: ${(matrix as Matrix).batch} copies, not ${copies}`);
  }
  expectShape(factor, n, n, 'factor of the walkers');
  expectShape(conjugate, n, n, 'conjugate of the walkers');
  if (means) expectShape(means, samples, n, 'means of the walkers');
  if (tilts) expectShape(tilts, samples, n, 'tilts of the walkers');
  if ([factor, conjugate, means, tilts].some((matrix) => matrix && matrix.batch !== 1))
    throw new Error('a field of walkers is one for all');
  return { copies, samples, n };
}

/** An operand of `outerMeans` as its matrix, its columns and how many entries it has. */
export const outerOperand = (rows: OuterRows): { readonly matrix: Matrix; readonly entries: number; readonly apart: boolean } => {
  if (!('apart' in rows)) return { matrix: rows, entries: rows.batch, apart: false };
  if (rows.apart.batch !== 2) throw new Error(`the difference of ${rows.apart.batch} entries`);
  return { matrix: rows.apart, entries: 1, apart: true };
};

/** Entries and rows of each pair, checked. */
export function outerSizes(pairs: readonly (readonly [OuterRows, OuterRows])[]): {
  readonly rows: number;
  readonly batches: readonly number[];
} {
  const rows = pairs[0] ? outerOperand(pairs[0][0]).matrix.rows : 0;
  const batches = pairs.map((pair) => {
    const [x, y] = [outerOperand(pair[0]), outerOperand(pair[1])];
    if (x.matrix.rows !== rows || y.matrix.rows !== rows)
      throw new Error(`outerMeans: ${x.matrix.rows} and ${y.matrix.rows} rows, not ${rows}`);
    if (x.entries !== y.entries && x.entries !== 1 && y.entries !== 1)
      throw new Error(`outerMeans: batches of ${x.entries} and ${y.entries} do not broadcast`);
    return Math.max(x.entries, y.entries);
  });
  return { rows, batches };
}
