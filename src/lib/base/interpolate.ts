/** Slope at a node between two secants: their weighted harmonic mean, none where they disagree in sign. */
const between = (before: number, after: number, widthBefore: number, widthAfter: number): number => {
  if (before * after <= 0) return 0;
  const [a, b] = [2 * widthAfter + widthBefore, widthAfter + 2 * widthBefore];
  return (a + b) / (a / before + b / after);
};

/**
 * The smooth curve through points (x, y), x ascending, at `wanted`: cubic between neighbours and never beyond their values (Fritsch and
 * Butland 1984), so that what falls falls there too and what is positive stays so. Outside it stays as it is at the nearer end.
 */
export const interpolate = (x: readonly number[], y: readonly number[], wanted: number): number => {
  const after = x.findIndex((value) => value >= wanted);
  if (after < 0) return y.at(-1) ?? NaN;
  if (after === 0 || x[after] === wanted) return y[after] ?? NaN;
  const width = (k: number): number => x[k + 1]! - x[k]!;
  const secant = (k: number): number => (y[k + 1]! - y[k]!) / width(k);
  const slope = (k: number): number => {
    if (k === 0) return secant(0);
    if (k === x.length - 1) return secant(k - 1);
    return between(secant(k - 1), secant(k), width(k - 1), width(k));
  };
  const k = after - 1;
  const h = width(k);
  const t = (wanted - x[k]!) / h;
  const s = 1 - t;
  return (1 + 2 * t) * s * s * y[k]! + t * t * (3 - 2 * t) * y[after]! + t * s * h * (s * slope(k) - t * slope(after));
};
