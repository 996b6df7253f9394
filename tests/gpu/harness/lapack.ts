/** LAPACK's test ratios for single precision, evaluated in double precision on row-major matrices. Below 30 is good. */
const roundoff = 2 ** -24;

type Numbers = Float64Array | Float32Array;

/** y = A x for A [n, n]. */
const times = (a: Numbers, x: Float64Array, n: number): Float64Array => {
  const y = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++, at++) sum += a[at]! * x[j]!;
    y[i] = sum;
  }
  return y;
};

/** y = Lᵀ x. */
const transposedTimes = (a: Numbers, x: Float64Array, n: number): Float64Array => {
  const y = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < n; j++, at++) y[j]! += a[at]! * x[i]!;
  return y;
};

/** Worst of some numbers; not-a-number is the worst. */
export const worstOf = (values: Iterable<number>): number => {
  let worst = 0;
  for (const value of values) if (!(value <= worst)) worst = value;
  return worst;
};

const length1 = (x: Numbers): number => {
  let sum = 0;
  for (const value of x) sum += Math.abs(value);
  return sum;
};

/** ‖A‖₁ of A [n, n]. */
const norm1 = (a: Numbers, n: number): number => {
  const sums = new Float64Array(n);
  for (let at = 0; at < n * n; at++) sums[at % n]! += Math.abs(a[at]!);
  return worstOf(sums);
};

/**
 * ‖E‖₁ of an operator given by what it does to vectors: column by column (`whole`), or from below by eight of its columns and three
 * vectors of signs, which see every entry.
 */
const operatorNorm = (n: number, whole: boolean, applied: (x: Float64Array) => Float64Array): number => {
  const columns = whole ? Array.from({ length: n }, (_, j) => j) : Array.from({ length: 8 }, (_, k) => Math.round((k * (n - 1)) / 7));
  const probes = columns.map((column) => Float64Array.from({ length: n }, (_, i) => (i === column ? 1 : 0)));
  if (!whole)
    for (const prime of [7, 11, 13]) probes.push(Float64Array.from({ length: n }, (_, i) => (((i * i) % prime) % 2 === 0 ? 1 : -1)));
  return worstOf(probes.map((probe) => length1(applied(probe)) / length1(probe)));
};

/** ‖L Lᵀ − A‖ / (n ‖A‖ ε). */
export const factorRatio = (l: Numbers, a: Numbers, n: number, whole: boolean): number =>
  operatorNorm(n, whole, (x) => {
    const y = times(a, x, n);
    return times(l, transposedTimes(l, x, n), n).map((value, i) => value - y[i]!);
  }) /
  (n * norm1(a, n) * roundoff);

/** ‖A V − I‖ / (n ‖A‖ ‖V‖ ε) for V = A⁻¹. */
export const inverseRatio = (a: Numbers, v: Numbers, n: number, whole: boolean): number =>
  operatorNorm(n, whole, (x) => times(a, times(v, x, n), n).map((value, i) => value - x[i]!)) / (n * norm1(a, n) * norm1(v, n) * roundoff);

/** Worst column of ‖b − A x‖ / (‖A‖ ‖x‖ ε) for x and b [n, m]. */
export const solveRatio = (a: Numbers, x: Numbers, b: Numbers, n: number, m: number): number => {
  const scale = norm1(a, n);
  const column = (matrix: Numbers, c: number): Float64Array => Float64Array.from({ length: n }, (_, i) => matrix[i * m + c]!);
  return worstOf(
    Array.from({ length: m }, (_, c) => {
      const [solution, right] = [column(x, c), column(b, c)];
      const residual = times(a, solution, n).map((value, i) => right[i]! - value);
      return length1(residual) / (scale * length1(solution) * roundoff);
    }),
  );
};

/** Largest |L_ij| above the diagonal. */
export const aboveDiagonal = (l: Numbers, n: number): number => {
  let most = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (!(Math.abs(l[i * n + j]!) <= most)) most = Math.abs(l[i * n + j]!);
  return most;
};

/** Largest |V_ij − V_ji|. */
export const asymmetry = (v: Numbers, n: number): number => {
  let most = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) if (!(Math.abs(v[i * n + j]! - v[j * n + i]!) <= most)) most = Math.abs(v[i * n + j]! - v[j * n + i]!);
  return most;
};

/** |log det − exact| / Σ|2 log L_ii|, in ε: exact for this L; rounding of the factorisation is measured by `factorRatio`. */
export const logDeterminantRatio = (logDeterminant: number, l: Numbers, n: number): number => {
  const logarithms = Array.from({ length: n }, (_, i) => 2 * Math.log(l[i * n + i]!));
  const exact = logarithms.reduce((sum, value) => sum + value, 0);
  return Math.abs(logDeterminant - exact) / ((length1(Float64Array.from(logarithms)) || 1) * roundoff);
};
