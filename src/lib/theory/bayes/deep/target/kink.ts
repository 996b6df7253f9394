import type { Matrix } from '$lib/backend/backend';
import { erf } from '$lib/base/special';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Neurons } from '$lib/theory/bayes/deep/target/neurons';
import { solveUpper, type Small } from '$lib/theory/bayes/deep/target/small';

/** As a share of the deviation of h: the least deviation of h of one example given the others whose density is taken as it is, and that of a smoothed δ(h). */
const blur = 0.1;

/** A field of relu neurons, h = Rz + m under N(0, 1) exp(½ φᵀAφ + b·φ): R and A, [n, n]. */
export interface KinkField {
  readonly factor: Small;
  readonly conjugate: Small;
}

/** e^{u²/2} P(x > u) of a standard normal x. */
function tail(u: number): number {
  if (u < 5) return 0.5 * Math.exp(0.5 * u * u) * (1 - erf(u * Math.SQRT1_2));
  let fraction = u;
  for (let k = 24; k > 0; k--) fraction = u + k / fraction;
  return 1 / (Math.sqrt(2 * Math.PI) * fraction);
}

/**
 * The density at h = 0 of N(μ, s²) exp((½a h² + b h)θ(h)), for a s² < 1: e^{−u²/2}/(s√2π) over what it integrates to on both sides, u = μ/s. For h > 0
 * the product is a Gaussian of variance s²/(1 − a s²) about (u/s + b) times that.
 */
export function densityAtKink(mean: number, deviation: number, a: number, b: number): number {
  const u = mean / deviation;
  const wider = deviation / Math.sqrt(1 - a * deviation ** 2);
  const above = (u / deviation + b) * wider;
  return 1 / (Math.sqrt(2 * Math.PI) * (deviation * tail(u) + wider * tail(-above)));
}

/**
 * ⟨φ″ ∘ t⟩ of each example of relu neurons, [n]: φ″ = δ(h), t = Aφ + b. At h = 0 the example's own φ is 0, so that only the others speak. The density of
 * h there given the others is known exactly; where they leave little open, that has the noise of few neurons, and a normal density stands for δ(h) instead.
 * Cost 2 M n² operations for M neurons.
 */
export async function kinks(
  { engine, state, n, count, samples }: Neurons,
  { factor, conjugate }: KinkField,
  tilts: Matrix | undefined,
  breath: Breath,
): Promise<Float64Array> {
  const [z, h, values] = [await engine.read(state.z), await engine.read(state.h), await engine.read(state.values)];
  const b = tilts && (await engine.read(tilts));
  const identity = new Float64Array(n * n);
  let regular = true;
  for (let i = 0; i < n; i++) {
    identity[i * (n + 1)] = 1;
    regular &&= factor[i * (n + 1)]! > 0;
  }
  /** R⁻ᵀ. */
  const inverse = solveUpper(factor, identity, n);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    await breath.pause();
    let [square, precision] = [0, 0];
    for (let k = 0; k < count; k++) square += h[k * n + i]! ** 2;
    for (let j = i; j < n; j++) precision += inverse[i * n + j]! ** 2;
    const smoothed = blur * Math.sqrt(square / count);
    const deviation = 1 / Math.sqrt(precision);
    const own = conjugate[i * (n + 1)]!;
    const exact = regular && deviation > smoothed && own * deviation ** 2 < 1;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const at = k * n;
      let others = b ? b[(k % samples) * n + i]! : 0;
      for (let j = 0; j < n; j++) if (j !== i) others += conjugate[i * n + j]! * values[at + j]!;
      if (exact) {
        // Given the others h has the mean h − s² (C⁻¹(h − m))ᵢ, and C⁻¹(h − m) = R⁻ᵀz.
        let pull = 0;
        for (let j = i; j < n; j++) pull += inverse[i * n + j]! * z[at + j]!;
        sum += densityAtKink(h[at + i]! - deviation ** 2 * pull, deviation, own, others) * others;
      } else sum += (Math.exp(-0.5 * (h[at + i]! / smoothed) ** 2) / (Math.sqrt(2 * Math.PI) * smoothed)) * others;
    }
    out[i] = sum / count;
  }
  return out;
}
