import type { Backend, Matrix } from '$lib/backend/backend';
import type { DeepLaw } from '$lib/theory/bayes/deep/chain';
import { residuals } from '$lib/theory/common/health';

/**
 * The law as Δ sees it while particles move: kernels below the last layer have their control variate taken off, as they had when they drove the layer
 * above; the last has none, for Δ is solved for with what particles say alone.
 */
export function asDriven(law: DeepLaw): DeepLaw {
  const last = law.layers.length - 1;
  return { ...law, layers: law.layers.map((layer, l) => (l < last ? layer : { ...layer, control: 0 })) };
}

/**
 * |y − TΔ − ΦΔ|/|y|: does the Δ [1, P, 1] that drove the particles fit their own kernel? Φ is the first of the `kernels` that `layerKernels`
 * makes of the law `asDriven`. Of M particles it is never 0: their Φ and Δ fluctuate together, which leaves of the order of P/M.
 */
export async function misfit(backend: Backend, kernels: Matrix, dual: Matrix, labels: Matrix, temperature: number): Promise<number> {
  using sampled = backend.slice(kernels, 0, 1);
  const [residual = NaN] = await residuals(backend, sampled, dual, labels, [temperature]);
  return residual;
}
