import type { Backend } from '$lib/backend/backend';
import { drawTarget } from '$lib/theory/bayes/coupled/draw';
import { anchorsOf } from '$lib/theory/bayes/coupled/marginal';
import type { Origin } from '$lib/theory/bayes/coupled/origin';
import { solveNarrow } from '$lib/theory/bayes/coupled/narrow';
import { solveTarget } from '$lib/theory/bayes/coupled/solve';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import type { Cells } from '$lib/theory/bayes/span/cells';
import type { Samples } from '$lib/theory/bayes/span/particles';
import type { Layout } from '$lib/theory/bayes/span/points';
import type { Figures } from '$lib/theory/bayes/span/source';
import type { SourceParameters } from '$lib/theory/theory';

/** The law of a target in the span as particles, Φ on its training inputs exactly, row-major [P, P], and how good that is. */
export interface FoundTarget {
  readonly samples: Samples;
  readonly kernel: Float64Array;
  readonly figures: Figures;
}

/** Conditional priors of less variance are integrated about each anchor; of the second and more over cells where that does not do. */
const narrowPrior = 0.004;
const widePrior = 0.001;

/** Bins of anchors are as wide as the deviation of the conditional prior, and no wider or narrower than these. */
const [narrowest, widest] = [0.15, 0.7];

/**
 * A target over the span of its training inputs, coupled with δ > 0 to a source (`theory.md` §2): given w̄ only m, κ × its part in the span,
 * matters, and p(z | m) ∝ N(z; m, v) e^{½γ²s²(z)}. Undefined where quadrature would take too many nodes.
 */
export async function findTarget(
  backend: Backend,
  made: Cells,
  { marginal, held }: Origin,
  labels: Float64Array,
  parameters: SourceParameters,
  delta: number,
  layout: Layout,
  breathe: () => Promise<void>,
): Promise<FoundTarget | undefined> {
  const variance = 1 / (1 + delta);
  const width = Math.min(widest, Math.max(narrowest, Math.sqrt(variance)));
  const inBins = (share: number): Promise<Anchors> => anchorsOf(backend, marginal, made, delta / (1 + delta), share * width);
  const solution =
    (variance < narrowPrior ? await solveNarrow(made, inBins, labels, parameters, variance, breathe) : undefined) ??
    (variance >= widePrior ? await solveTarget(made, inBins, labels, parameters, variance, breathe) : undefined);
  if (!solution) return undefined;
  const { coupling, dual, figures, narrow } = solution;
  const law = { coupling, dual, narrow, width, folded: made.activation !== 'relu' };
  const samples = await drawTarget(backend, made.span, held, layout, { delta, seed: parameters.seed }, law, breathe);
  return { samples, kernel: coupling.kernel(dual), figures };
}
