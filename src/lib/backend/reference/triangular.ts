import { addProductTransposed, transposeInto } from './loops';

/** Columns factored at a time; what is left of them is brought up to date by one product. */
const panel = 32;

/**
 * Cholesky factorisation of the symmetric n × n matrix in `data` (its lower half is read), in place: L below and on the diagonal,
 * zeros above. Returns the index of the first pivot that is not a positive finite number, or −1; from that pivot on the factor is
 * not-a-number, so that no solve with it can pass for an answer.
 */
export const factorInPlace = (data: Float64Array, n: number): number => {
  for (let left = 0; left < n; left += panel) {
    const right = Math.min(n, left + panel);
    const at = (row: number, column: number) => ({ data, start: row * n + column, stride: n });
    // Columns left…right−1 minus what the columns before them contribute.
    addProductTransposed(at(left, left), at(left, 0), at(left, 0), right - left, right - left, left, -1, true);
    addProductTransposed(at(right, left), at(right, 0), at(left, 0), n - right, right - left, left, -1);
    for (let i = left; i < n; i++) {
      for (let j = left; j < Math.min(i + 1, right); j++) {
        let sum = data[i * n + j] as number;
        for (let k = left; k < j; k++) sum -= (data[i * n + k] as number) * (data[j * n + k] as number);
        if (j < i) data[i * n + j] = sum / (data[j * n + j] as number);
        else if (sum > 0 && sum < Infinity) data[i * n + i] = Math.sqrt(sum);
        else return fail(data, n, i);
      }
    }
  }
  for (let i = 0; i < n; i++) data.fill(0, i * n + i + 1, (i + 1) * n);
  return -1;
};

const fail = (data: Float64Array, n: number, pivot: number): number => {
  for (let i = 0; i < n; i++) {
    if (i >= pivot) data.fill(NaN, i * n, i * n + i + 1);
    data.fill(0, i * n + i + 1, (i + 1) * n);
  }
  return pivot;
};

/** Row `target` of `x` (rows of length m) minus `factor` times row `source`. */
const subtractRow = (x: Float64Array, target: number, source: number, factor: number, m: number): void => {
  const to = target * m;
  const from = source * m;
  for (let column = 0; column < m; column++) x[to + column] = (x[to + column] as number) - factor * (x[from + column] as number);
};

const divideRow = (x: Float64Array, row: number, divisor: number, m: number): void => {
  for (let i = row * m; i < (row + 1) * m; i++) x[i] = (x[i] as number) / divisor;
};

/** From this many right sides on they are solved as rows, panel by panel, so that the work is in the products. */
const manyColumns = 8;

/** x ← L⁻¹ x for the n × n lower factor and x [n, m]. */
export const solveLowerInPlace = (lower: Float64Array, n: number, x: Float64Array, m: number): void => {
  if (m >= manyColumns) {
    asRows(x, n, m, (rows) => solveRowsForward(lower, n, rows, m));
    return;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) subtractRow(x, i, j, lower[i * n + j] as number, m);
    divideRow(x, i, lower[i * n + i] as number, m);
  }
};

/** x ← L⁻ᵀ x for the n × n lower factor and x [n, m]. */
export const solveUpperInPlace = (lower: Float64Array, n: number, x: Float64Array, m: number): void => {
  if (m >= manyColumns) {
    asRows(x, n, m, (rows) => solveRowsBackward(transposeInto(lower, n, n, new Float64Array(n * n)), n, rows, m));
    return;
  }
  for (let i = n - 1; i >= 0; i--) {
    divideRow(x, i, lower[i * n + i] as number, m);
    for (let j = 0; j < i; j++) subtractRow(x, j, i, lower[i * n + j] as number, m);
  }
};

/** Lets `solve` change the transpose of x [n, m]. */
const asRows = (x: Float64Array, n: number, m: number, solve: (rows: Float64Array) => void): void => {
  const rows = transposeInto(x, n, m, new Float64Array(n * m));
  solve(rows);
  transposeInto(rows, m, n, x);
};

/** Each row r of `rows` [m, n] becomes the solution of L z = r. */
const solveRowsForward = (lower: Float64Array, n: number, rows: Float64Array, m: number): void => {
  for (let left = 0; left < n; left += panel) {
    const right = Math.min(n, left + panel);
    const target = { data: rows, start: left, stride: n };
    addProductTransposed(target, { ...target, start: 0 }, { data: lower, start: left * n, stride: n }, m, right - left, left, -1);
    for (let row = 0; row < m * n; row += n)
      for (let i = left; i < right; i++) {
        let sum = rows[row + i] as number;
        for (let j = left; j < i; j++) sum -= (lower[i * n + j] as number) * (rows[row + j] as number);
        rows[row + i] = sum / (lower[i * n + i] as number);
      }
  }
};

/** Each row r of `rows` [m, n] becomes the solution of U z = r for U = Lᵀ. */
const solveRowsBackward = (upper: Float64Array, n: number, rows: Float64Array, m: number): void => {
  for (let left = Math.floor((n - 1) / panel) * panel; left >= 0; left -= panel) {
    const right = Math.min(n, left + panel);
    const target = { data: rows, start: left, stride: n };
    addProductTransposed(
      target,
      { ...target, start: right },
      { data: upper, start: left * n + right, stride: n },
      m,
      right - left,
      n - right,
      -1,
    );
    for (let row = 0; row < m * n; row += n)
      for (let i = right - 1; i >= left; i--) {
        let sum = rows[row + i] as number;
        for (let j = i + 1; j < right; j++) sum -= (upper[i * n + j] as number) * (rows[row + j] as number);
        rows[row + i] = sum / (upper[i * n + i] as number);
      }
  }
};

/** x ← A⁻¹ x for A = L Lᵀ. */
export const solveInPlace = (lower: Float64Array, n: number, x: Float64Array, m: number): void => {
  solveLowerInPlace(lower, n, x, m);
  solveUpperInPlace(lower, n, x, m);
};
