import { addProductTransposed } from './loops';

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

/** x ← L⁻¹ x for the n × n lower factor and x [n, m]. */
export const solveLowerInPlace = (lower: Float64Array, n: number, x: Float64Array, m: number): void => {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) subtractRow(x, i, j, lower[i * n + j] as number, m);
    divideRow(x, i, lower[i * n + i] as number, m);
  }
};

/** x ← L⁻ᵀ x for the n × n lower factor and x [n, m]. */
export const solveUpperInPlace = (lower: Float64Array, n: number, x: Float64Array, m: number): void => {
  for (let i = n - 1; i >= 0; i--) {
    divideRow(x, i, lower[i * n + i] as number, m);
    for (let j = 0; j < i; j++) subtractRow(x, j, i, lower[i * n + j] as number, m);
  }
};

/** x ← A⁻¹ x for A = L Lᵀ. */
export const solveInPlace = (lower: Float64Array, n: number, x: Float64Array, m: number): void => {
  solveLowerInPlace(lower, n, x, m);
  solveUpperInPlace(lower, n, x, m);
};
