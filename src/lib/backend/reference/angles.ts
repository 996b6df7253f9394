/**
 * Signed angles. θ ∈ [0, π] between two vectors is kept as θ where it is at most π/2, and as −(π − θ) beyond, so that both ends keep their
 * digits: 1 − ρ and 1 + ρ of a correlation ρ = cos θ that is nearly ±1 are lost in ρ itself.
 */

/** Stands for π − θ = 0, whose sign must not be lost. */
const opposite = -1e-300;

const signed = (acute: number, negative: boolean): number => (negative ? Math.min(-acute, opposite) : acute);

/** √(ab) where ab has neither underflow nor overflow, else √a √b. */
export const geometricMean = (a: number, b: number): number => {
  const product = a * b;
  return product > 1e-290 && product < 1e290 ? Math.sqrt(product) : Math.sqrt(a) * Math.sqrt(b);
};

/**
 * The signed angle of a covariance c and variances a and b. Its error is about ε/θ near θ = 0, at most √ε: c says no more. Exactly 0 for
 * a = b = c; c outside ±√(ab), where rounding may have carried it, counts as ±√(ab). Not-a-number stays.
 */
export const angleOfCovariance = (c: number, a: number, b: number): number => {
  const most = a === b ? a : geometricMean(a, b);
  if (most === 0) return Math.PI / 2;
  const cosine = Math.max(-1, Math.min(1, c / most));
  const square = Math.max(0, ((most - c) / most) * ((most + c) / most));
  return signed(Math.atan2(Math.sqrt(square), Math.abs(cosine)), cosine < 0);
};

/** Correlations up to which the arc cosine of a rounded one is as good as the inputs. */
const plain = 0.9;

/**
 * Whether erf and tanh need the angle of the inputs at covariance c and √(ab): they turn over angles of about 1/√(ab), so that they forgive the
 * error of a covariance where that is not small, and near ±1 alone is it large.
 */
export const isSharp = (c: number, mean: number): boolean => mean > 4 && Math.abs(c) > plain * mean;

/**
 * The signed angle between the rows at `i` of x and at `j` of z, of length `inner`, with their product c and squared lengths a and b.
 * Near θ = 0 and π it is that of the part of one row that is orthogonal to the other: absolute error about ε |x ∓ z|/|z|, where the arc cosine
 * of a rounded correlation has √ε.
 */
export const angleOfRows = (
  x: Float64Array,
  i: number,
  z: Float64Array,
  j: number,
  inner: number,
  c: number,
  a: number,
  b: number,
): number => {
  const most = geometricMean(a, b);
  if (most === 0) return Math.PI / 2;
  const cosine = c / most;
  if (!(Math.abs(cosine) > plain)) return signed(Math.acos(Math.abs(cosine)), cosine < 0);
  const sign = cosine < 0 ? -1 : 1;
  // Rows of nearly equal length: their difference is exact or nearly so, and what is left of it is as good.
  const near = a < 2.25 * b && b < 2.25 * a;
  let along = c / a;
  if (near) {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += ((z[j + k] as number) - sign * (x[i + k] as number)) * (x[i + k] as number);
    along = sum / a;
  }
  const taken = near ? sign : 0;
  let square = 0;
  const scale = 1 / Math.sqrt(b);
  for (let k = 0; k < inner; k++) {
    const left = ((z[j + k] as number) - taken * (x[i + k] as number) - along * (x[i + k] as number)) * scale;
    square += left * left;
  }
  return signed(Math.asin(Math.min(1, Math.sqrt(square))), sign < 0);
};

/** Squared lengths of rows, [n]. */
export const squaredLengths = (rows: Float64Array, inner: number): Float64Array =>
  Float64Array.from({ length: rows.length / inner }, (_, i) => {
    let sum = 0;
    for (let k = i * inner; k < (i + 1) * inner; k++) sum += (rows[k] as number) ** 2;
    return sum;
  });

/** Signed angles between the rows of x [n, inner] and of z [m, inner]; `products` [n, m] holds X Zᵀ and is overwritten with them. */
export const anglesOfRows = (x: Float64Array, z: Float64Array, inner: number, products: Float64Array): void => {
  const a = squaredLengths(x, inner);
  const b = x === z ? a : squaredLengths(z, inner);
  const m = b.length;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < (x === z ? i : m); j++) {
      const at = i * m + j;
      products[at] = angleOfRows(x, i * inner, z, j * inner, inner, products[at] as number, a[i] as number, b[j] as number);
      if (x === z) products[j * m + i] = products[at];
    }
    if (x === z) products[i * m + i] = a[i] === 0 ? Math.PI / 2 : 0 * (a[i] as number);
  }
};

/** sin t − t cos t for t ≥ 0, without cancellation: its series Σ (−1)ᵏ⁺¹ 2k t²ᵏ⁺¹/(2k + 1)! where t is small. */
export const sineLess = (t: number): number => {
  if (!(t < 1)) return Math.sin(t) - t * Math.cos(t);
  const square = t * t;
  let term = (t * square) / 3;
  let sum = term;
  for (let k = 2; k <= 9; k++) {
    term *= -square / ((2 * k + 1) * (2 * k - 2));
    sum += term;
  }
  return sum;
};

/**
 * The angle between relu features of two inputs at a signed angle, cos θ′ = (sin θ + (π − θ) cos θ)/π: at most π/2.
 * 1 − cos θ′ = 2 sin²(θ/2) − (sin θ − θ cos θ)/π keeps relative digits near 0 (theory.md §1, Cho and Saul 2009).
 */
export const nextReluAngle = (angle: number): number => {
  if (angle < 0) return Math.acos(sineLess(-angle) / Math.PI);
  const half = Math.sin(angle / 2);
  const short = 2 * half * half - sineLess(angle) / Math.PI;
  return 2 * Math.asin(Math.min(1, Math.sqrt(Math.max(0, short) / 2)));
};
