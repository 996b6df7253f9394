import { erf } from '$lib/base/special';

/** The x with Φ(x) = p, 0 < p < 1: Acklam's rational function, good to 10⁻⁹, and one step of Halley's method. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (!(p > 1e-300)) return -37;
  const x = p < 0.02425 ? tail(Math.sqrt(-2 * Math.log(p))) : centre(p - 0.5);
  if (x < -5) return x;
  const off = (0.5 * (1 + erf(x * Math.SQRT1_2)) - p) * Math.sqrt(2 * Math.PI) * Math.exp(0.5 * x * x);
  return x - off / (1 + 0.5 * x * off);
}

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, value) => sum * x + value, 0);

const tail = (q: number): number =>
  polynomial(
    [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783],
    q,
  ) / polynomial([7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1], q);

const centre = (q: number): number =>
  (q *
    polynomial(
      [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239],
      q * q,
    )) /
  polynomial([-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1], q * q);
