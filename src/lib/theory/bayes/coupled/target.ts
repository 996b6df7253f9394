import type { Backend } from '$lib/backend/backend';
import { drawTarget } from '$lib/theory/bayes/coupled/draw';
import { anchorsOf } from '$lib/theory/bayes/coupled/marginal';
import type { Origin, PointLaw, Tie } from '$lib/theory/bayes/coupled/origin';
import { solveNarrow } from '$lib/theory/bayes/coupled/narrow';
import { solveTarget } from '$lib/theory/bayes/coupled/solve';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import type { Coupling } from '$lib/theory/bayes/coupled/links';
import { coupledVariance } from '$lib/theory/common/coupled-variance';
import type { Cells } from '$lib/theory/bayes/span/cells';
import type { Samples } from '$lib/theory/bayes/span/particles';
import type { Layout } from '$lib/theory/bayes/span/points';
import type { Figures } from '$lib/theory/bayes/span/source';
import type { Span } from '$lib/theory/bayes/span/span';
import type { SourceParameters } from '$lib/theory/theory';

/** The law of a target in the span as particles, Φ on its training inputs exactly, row-major [P, P], and how good that is. */
export interface FoundTarget {
  readonly samples: Samples;
  readonly kernel: Float64Array;
  readonly figures: Figures;
  /** The law as points, where the span holds that of the source, so that outside it weights are Gaussian: for the next task of a chain. */
  readonly points?: PointLaw;
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
  { delta, stage }: Tie,
  layout: Layout,
  breathe: () => Promise<void>,
): Promise<FoundTarget | undefined> {
  const variance = 1 / (1 + delta);
  const width = Math.min(widest, Math.max(narrowest, Math.sqrt(variance)));
  const inBins = (share: number): Promise<Anchors> => anchorsOf(backend, marginal, made, delta / (1 + delta), share * width);
  const problem = { made, inBins, labels, parameters, variance, breathe };
  const solution =
    (variance < narrowPrior ? await solveNarrow(problem) : undefined) ?? (variance >= widePrior ? await solveTarget(problem) : undefined);
  if (!solution) return undefined;
  const { coupling, dual, figures, narrow } = solution;
  const law = { coupling, dual, narrow, width, folded: made.activation !== 'relu' };
  const samples = await drawTarget(backend, made.span, held, layout, { delta, stage, seed: parameters.seed }, law, breathe);
  const points = pointsOf(marginal, made.span, coupling, dual, delta);
  return { samples, kernel: coupling.kernel(dual), figures, ...(points && { points }) };
}

/** The law at the places of a target, where the source's is known by points whose span lies within the target's. */
function pointsOf(
  marginal: Origin['marginal'],
  { basis, rank }: Span,
  coupling: Coupling,
  dual: Float64Array,
  delta: number,
): PointLaw | undefined {
  if (marginal.kind !== 'points' || !isWithin(marginal.law, basis)) return undefined;
  const masses = coupling.law(dual)?.masses;
  if (!masses) return undefined;
  const { x, y } = coupling.places;
  return { basis, rank, points: { x, y, mass: masses }, rest: coupledVariance(delta, marginal.law.rest) };
}

/** Whether the span of `inner` lies within that of these orthonormal rows, to rounding. */
function isWithin(inner: PointLaw, basis: Float64Array): boolean {
  const dimension = inner.basis.length / inner.rank;
  for (let a = 0; a < inner.rank; a++) {
    let inside = 0;
    for (let b = 0; b < basis.length; b += dimension) {
      let along = 0;
      for (let d = 0; d < dimension; d++) along += inner.basis[a * dimension + d]! * basis[b + d]!;
      inside += along * along;
    }
    if (!(inside > 1 - 1e-12)) return false;
  }
  return true;
}
