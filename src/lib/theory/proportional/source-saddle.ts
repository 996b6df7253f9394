import type { Check } from '$lib/theory/proportional/check';
import { shiftedFigures, tridiagonalised } from '$lib/theory/proportional/tridiagonal';
import { bisected } from '$lib/theory/common/bisection';

/** Q̂_s and how well it solves its equation. */
export interface SourceSaddle {
  readonly order: number;
  /** |q · (1 − 1/q + tr[KA⁻¹]/N − yᵀA⁻¹KA⁻¹y/N)|. */
  readonly residual: number;
}

const grid = 400;

/**
 * The root Q̂_s ∈ (0, ∞) of 1 − 1/q + tr[K A⁻¹]/N − yᵀA⁻¹KA⁻¹y/N = 0, A = T I + qK (`theory.md` §4), for the kernel row-major [P, P],
 * labels [P], T ≥ 0 and width N; undefined when the numbers are not finite, as those of a singular kernel at T = 0 are not.
 *
 * The left side is −2/N times the slope of the log-density of q = |v|²/N,
 * log p = (N/2)(log q − q) − ½ log det A − ½ yᵀA⁻¹y, so where there are several roots (P > N only) the physical one is the highest maximum.
 * All lie where tr[KA⁻¹] ≤ tr K/T and yᵀA⁻¹KA⁻¹y ≤ |y|²/4Tq allow; that interval is searched on a logarithmic grid and each
 * upward crossing bisected to the last digit. 4P³/3 operations once, O(P) a trial. At T = 0 the equation is quadratic, with one positive root,
 * ((1 − P/N) + √((1 − P/N)² + 4 yᵀK⁻¹y/N))/2.
 */
export async function sourceSaddle(
  kernel: Float64Array,
  labels: Float64Array,
  temperature: number,
  width: number,
  check: Check,
): Promise<SourceSaddle | undefined> {
  const reduced = await tridiagonalised(kernel, labels, check);
  const n = labels.length;
  const at = (q: number) => {
    const { inverseTrace, logDeterminant, energy, form } = shiftedFigures(reduced, q, temperature);
    // q times the equation: tr[qKA⁻¹] = n − T tr A⁻¹.
    const slope = q - 1 + (n - temperature * inverseTrace - q * form) / width;
    return { slope, density: Math.log(q) - q - (logDeterminant + energy) / width };
  };
  if (temperature === 0) {
    const free = 1 - n / width;
    const { energy } = shiftedFigures(reduced, 1, 0);
    const order = 0.5 * (free + Math.sqrt(free * free + (4 * energy) / width));
    return order > 0 && order < Infinity ? { order, residual: Math.abs(at(order).slope) } : undefined;
  }
  const trace = reduced.diagonal.reduce((sum, value) => sum + value, 0);
  const square = labels.reduce((sum, y) => sum + y * y, 0);
  const low = 0.99 / (1 + trace / (width * temperature));
  const high = 1.01 * (1 + square / (4 * width * temperature));
  if (!(low > 0 && high < Infinity)) return undefined;
  let best: { order: number; density: number; residual: number } | undefined;
  let left = low;
  let below = at(left).slope < 0;
  for (let i = 1; i <= grid; i++) {
    const right = low * (high / low) ** (i / grid);
    const above = at(right).slope >= 0;
    if (below && above) {
      const order = bisected(left, right, (q) => !(at(q).slope >= 0))[1];
      const { density, slope } = at(order);
      if (!best || density > best.density) best = { order, density, residual: Math.abs(slope) };
    }
    left = right;
    below = !above;
  }
  return best && Number.isFinite(best.density) ? { order: best.order, residual: best.residual } : undefined;
}
