import { symmetricEigen } from '$lib/theory/eigen';

/** Matrices of a few dozen rows, row-major [n, m], in double precision. */
export type Small = Float64Array;

/** Σ of factors times matrices of one shape. */
export function combined(...terms: readonly (readonly [factor: number, matrix: Small])[]): Small {
  const out = new Float64Array(terms[0]?.[1].length ?? 0);
  for (const [factor, matrix] of terms) for (let i = 0; i < out.length; i++) out[i]! += factor * matrix[i]!;
  return out;
}

/** A B for A [n, k], B [k, m]. */
export function times(a: Small, b: Small, k: number): Small {
  const n = a.length / k;
  const m = b.length / k;
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let l = 0; l < k; l++) {
      const value = a[i * k + l]!;
      for (let j = 0; j < m; j++) out[i * m + j]! += value * b[l * m + j]!;
    }
  return out;
}

/** Aᵀ, [m, n], of A [n, m]. */
export function transposed(a: Small, m: number): Small {
  const n = a.length / m;
  const out = new Float64Array(a.length);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j]!;
  return out;
}

/** ½(A + Aᵀ), [n, n]. */
export const symmetric = (a: Small, n: number): Small => combined([0.5, a], [0.5, transposed(a, n)]);

export const trace = (a: Small, n: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i * n + i]!;
  return sum;
};

/** Σ of squares, rooted. */
export const size = (a: Small): number => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));

/** Of the mean diagonal: what is added before a factorisation, so that kernels that are singular but for sampling noise have a factor. */
const jitter = 1e-10;

/** The lower factor R of A + jitter, A positive up to rounding; what is not becomes a zero column. */
export function lowerFactor(a: Small, n: number): Small {
  const r = new Float64Array(n * n);
  const shift = (jitter * Math.max(trace(a, n), 0)) / n;
  for (let j = 0; j < n; j++) {
    let left = a[j * n + j]! + shift;
    for (let k = 0; k < j; k++) left -= r[j * n + k]! ** 2;
    const pivot = left > 0.5 * shift ? Math.sqrt(left) : 0;
    r[j * n + j] = pivot;
    if (pivot === 0) continue;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= r[i * n + k]! * r[j * n + k]!;
      r[i * n + j] = sum / pivot;
    }
  }
  return r;
}

/** R⁻¹ B for lower R [n, n], B [n, m]; along zero columns of R the answer is 0. */
export function solveLower(r: Small, b: Small, n: number): Small {
  const m = b.length / n;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    const pivot = r[i * n + i]!;
    for (let c = 0; c < m; c++) {
      let sum = x[i * m + c]!;
      for (let k = 0; k < i; k++) sum -= r[i * n + k]! * x[k * m + c]!;
      x[i * m + c] = pivot === 0 ? 0 : sum / pivot;
    }
  }
  return x;
}

/** R⁻ᵀ B for lower R [n, n], B [n, m]. */
export function solveUpper(r: Small, b: Small, n: number): Small {
  const m = b.length / n;
  const x = Float64Array.from(b);
  for (let i = n - 1; i >= 0; i--) {
    const pivot = r[i * n + i]!;
    for (let c = 0; c < m; c++) {
      let sum = x[i * m + c]!;
      for (let k = i + 1; k < n; k++) sum -= r[k * n + i]! * x[k * m + c]!;
      x[i * m + c] = pivot === 0 ? 0 : sum / pivot;
    }
  }
  return x;
}

/** f of a symmetric matrix by its eigenvalues; f is also told of the largest of them. */
export function mapped(a: Small, n: number, f: (value: number, largest: number) => number): Small {
  const { values, vectors } = symmetricEigen(a, n);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const image = f(values[k]!, largest);
    if (image === 0) continue;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j]! += image * vectors[i * n + k]! * vectors[j * n + k]!;
  }
  return out;
}

/** The symmetric root; negative eigenvalues, which sampling noise makes, count as 0. */
export const root = (a: Small, n: number): Small => mapped(a, n, (value) => (value > 0 ? Math.sqrt(value) : 0));

/** The inverse over directions whose eigenvalue is above `least` of the largest. */
export const pseudoInverse = (a: Small, n: number, least: number): Small =>
  mapped(a, n, (value, largest) => (value > least * largest && value > 0 ? 1 / value : 0));

/** (A + ridge)⁻¹ b for symmetric A, positive up to noise. */
export function ridgeSolve(a: Small, ridge: number, b: Float64Array): Float64Array {
  const n = b.length;
  return times(
    mapped(a, n, (value) => 1 / (Math.max(value, 0) + ridge)),
    b,
    n,
  );
}

/** x xᵀ times a factor. */
export const outer = (factor: number, x: Float64Array): Small => {
  const n = x.length;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = factor * x[i]! * x[j]!;
  return out;
};

/** (1/rows) Σ x yᵀ over rows of X [·, p] and Y [·, q], [p, q]. */
export function meanOuter(x: Float64Array, y: Float64Array, p: number, q: number, rows: number): Small {
  const out = new Float64Array(p * q);
  for (let r = 0; r < rows; r++) {
    const a = r * p;
    const b = r * q;
    for (let i = 0; i < p; i++) {
      const value = x[a + i]!;
      const at = i * q;
      for (let j = 0; j < q; j++) out[at + j]! += value * y[b + j]!;
    }
  }
  for (let i = 0; i < out.length; i++) out[i]! /= rows;
  return out;
}
