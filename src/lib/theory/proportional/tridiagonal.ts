import type { Check } from '$lib/theory/proportional/check';

/** A symmetric matrix K and a vector y in a basis in which K is tridiagonal. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** `beside[i]` couples i and i + 1. */
  readonly beside: Float64Array;
  /** y in that basis. */
  readonly vector: Float64Array;
}

/**
 * Householder reduction of a symmetric matrix, row-major [n, n], together with a vector [n]; 4 n³/3 multiplications, along memory,
 * no eigenvectors. Golub and Van Loan, Matrix Computations, §8.3.1.
 */
export async function tridiagonalised(matrix: Float64Array, vector: Float64Array, check: Check): Promise<Tridiagonal> {
  const n = vector.length;
  const a = Float64Array.from(matrix);
  const turned = Float64Array.from(vector);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(Math.max(0, n - 1));
  const u = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k + 1 < n; k++) {
    if (k % 16 === 0) await check();
    diagonal[k] = a[k * n + k]!;
    let square = 0;
    for (let j = k + 1; j < n; j++) square += a[k * n + j]! ** 2;
    const first = a[k * n + k + 1]!;
    const alpha = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    beside[k] = alpha;
    // |u|²/2 for u = row − alpha e; nothing to reflect when it vanishes.
    const half = square - alpha * first;
    if (!(half > 0)) continue;
    for (let j = k + 1; j < n; j++) u[j] = a[k * n + j]!;
    u[k + 1]! -= alpha;
    let along = 0;
    let inner = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      const row = i * n;
      for (let j = k + 1; j < n; j++) sum += a[row + j]! * u[j]!;
      p[i] = sum / half;
      along += u[i]! * p[i]!;
      inner += u[i]! * turned[i]!;
    }
    const shift = along / (2 * half);
    for (let i = k + 1; i < n; i++) p[i]! -= shift * u[i]!;
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      const ui = u[i]!;
      const pi = p[i]!;
      for (let j = k + 1; j < n; j++) a[row + j]! -= ui * p[j]! + pi * u[j]!;
      turned[i]! -= (inner / half) * ui;
    }
  }
  if (n > 0) diagonal[n - 1] = a[n * n - 1]!;
  return { diagonal, beside, vector: turned };
}

/** What the source saddle asks of A = T I + q K, in O(n). */
export interface ShiftedFigures {
  /** tr A⁻¹, log det A, yᵀA⁻¹y and yᵀA⁻¹K A⁻¹y. */
  readonly inverseTrace: number;
  readonly logDeterminant: number;
  readonly energy: number;
  readonly form: number;
}

/**
 * Figures of T I + q K, which must be positive definite; a pivot that is not comes out as not-a-number.
 * The trace of the inverse from the pivots of eliminations from both ends: (A⁻¹)ᵢᵢ = 1/(downᵢ + upᵢ − Aᵢᵢ).
 */
export function shiftedFigures({ diagonal, beside, vector }: Tridiagonal, q: number, temperature: number): ShiftedFigures {
  const n = diagonal.length;
  const down = new Float64Array(n);
  const solution = Float64Array.from(vector);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    const own = temperature + q * diagonal[i]!;
    const off = i > 0 ? q * beside[i - 1]! : 0;
    down[i] = i > 0 ? own - (off * off) / down[i - 1]! : own;
    if (i > 0) solution[i]! -= (off / down[i - 1]!) * solution[i - 1]!;
    logDeterminant += Math.log(down[i]!);
  }
  let inverseTrace = 0;
  let energy = 0;
  let up = NaN;
  for (let i = n - 1; i >= 0; i--) {
    const own = temperature + q * diagonal[i]!;
    const off = i + 1 < n ? q * beside[i]! : 0;
    up = i + 1 < n ? own - (off * off) / up : own;
    inverseTrace += 1 / (down[i]! + up - own);
    solution[i] = (solution[i]! - (i + 1 < n ? off * solution[i + 1]! : 0)) / down[i]!;
    energy += solution[i]! * vector[i]!;
  }
  let form = 0;
  for (let i = 0; i < n; i++) {
    const s = solution[i]!;
    form += diagonal[i]! * s * s + (i + 1 < n ? 2 * beside[i]! * s * solution[i + 1]! : 0);
  }
  return { inverseTrace, logDeterminant, energy, form };
}
