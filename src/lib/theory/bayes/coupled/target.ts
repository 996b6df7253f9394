import type { Backend } from '$lib/backend/backend';
import { cover, Memory } from '$lib/theory/bayes/coupled/cover';
import { drawTarget } from '$lib/theory/bayes/coupled/draw';
import type { Coupling } from '$lib/theory/bayes/coupled/links';
import { anchorsOf } from '$lib/theory/bayes/coupled/marginal';
import type { Origin } from '$lib/theory/bayes/coupled/origin';
import { aboutAnchors, solveNarrow } from '$lib/theory/bayes/coupled/narrow';
import { solveTarget, virialOf } from '$lib/theory/bayes/coupled/solve';
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
const narrow = 0.01;
const wide = 0.001;

/** Bins of anchors are as wide as the deviation of the conditional prior, and no wider or narrower than these. */
const [narrowest, widest] = [0.15, 0.7];

/** Logs of mass beside the greatest of an anchor, below which nodes are not drawn. */
const drawn = 24;

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
  const inBins = (share: number): Promise<Anchors> => anchorsOf(backend, marginal, made.span, delta / (1 + delta), share * width);
  const solution =
    (variance < narrow ? await narrowLaw(made, inBins, labels, parameters, variance, breathe) : undefined) ??
    (variance >= wide ? await wideLaw(made, inBins, labels, parameters, variance, breathe) : undefined);
  if (!solution) return undefined;
  const { dual, couplingOf, ...found } = solution;
  const lawOf = (anchors: Anchors) => {
    const coupling = couplingOf(anchors);
    return coupling && { coupling, dual };
  };
  const samples = await drawTarget(backend, made.span, held, layout, { delta, seed: parameters.seed }, lawOf, breathe);
  return samples && { samples, ...found };
}

interface Solution {
  readonly dual: Float64Array;
  readonly kernel: Float64Array;
  readonly figures: Figures;
  /** The same for other anchors. */
  readonly couplingOf: (anchors: Anchors) => Coupling | undefined;
}

async function narrowLaw(
  made: Cells,
  inBins: (share: number) => Promise<Anchors>,
  labels: Float64Array,
  parameters: SourceParameters,
  variance: number,
  breathe: () => Promise<void>,
): Promise<Solution | undefined> {
  const found = await solveNarrow(made, inBins, labels, parameters, variance, breathe);
  if (!found) return undefined;
  const { coupling, dual, residual, steps, nodes } = found;
  const virial = virialOf(made, coupling, dual, variance);
  return {
    dual,
    kernel: coupling.kernel(dual),
    figures: { residual, virial, steps, nodes: coupling.places.x.length },
    couplingOf: (of) => aboutAnchors(made, of, variance, nodes, parameters.gamma),
  };
}

async function wideLaw(
  made: Cells,
  inBins: (share: number) => Promise<Anchors>,
  labels: Float64Array,
  parameters: SourceParameters,
  variance: number,
  breathe: () => Promise<void>,
): Promise<Solution | undefined> {
  const found = await solveTarget(made, inBins, labels, parameters, variance, breathe);
  if (!found) return undefined;
  const { coupling, dual, figures, cells } = found;
  return {
    dual,
    kernel: coupling.kernel(dual),
    figures,
    couplingOf: (anchors) => cover(made, cells, anchors, variance, { gamma: parameters.gamma, dual, memory: new Memory(drawn) })?.coupling,
  };
}
