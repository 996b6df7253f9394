import type { Backend, Matrix } from '$lib/backend/backend';
import { chooseEvenly } from '$lib/theory/bayes/conditional/cells';
import { featureBudget, type Anchors } from '$lib/theory/bayes/conditional/solve';
import { streamOf, streams } from '$lib/base/random';
import type { EnsemblePoint } from '$lib/theory/bayes/ensemble';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';

/** The particles that a target is coupled to, [1, M, D] each, and the anchor that represents each of them. */
export interface Anchoring {
  readonly anchored: Anchors;
  readonly held: readonly Matrix[];
  /** For each of these particles, in order, the index of the anchor that represents it. */
  readonly of: Uint32Array;
}

/** Multiplications that one step of Newton's method may take with all anchors: what 48 examples with 2048 anchors of 64 samples take. */
const workBudget = 3.1e8;

/** The random stream of weighted samples. Each stage of a chain has its own: else its noise would be correlated with that of its anchors. */
export const wellsOf = (anchor: EnsemblePoint['anchor']): number => streamOf(streams.wells, anchor ? anchor.stage + 1 : 0);

/** Anchors of a target, chosen evenly from all samples of its source; of a source the origin alone. */
export async function anchorsFor(
  backend: Backend,
  { task, parameters, delta, origin, anchor }: EnsemblePoint,
  land: Landscape,
  particles: number,
  { few, many, last }: { readonly few: number; readonly many: number; readonly last: number },
): Promise<Anchoring> {
  const { seed } = parameters;
  const stream = wellsOf(anchor);
  const stiffness = 1 + delta;
  // The last sample of a source is what the anchor is, which alone has a control variate.
  const samples = origin?.marginal.kind === 'samples' ? origin.marginal.samples : (origin?.held ?? []).map(({ weights }) => weights);
  const known = samples.filter(({ rows }) => rows === particles);
  const held = anchor ? (known.length > 1 ? known : [anchor.weights]) : [];
  const means = new Float64Array(Math.max(1, held.length * particles) * land.rank);
  for (const [k, one] of held.entries()) means.set(await meansOf(backend, land, one, delta / (1 + delta)), k * particles * land.rank);
  const size = task.trainLabels.length;
  const wanted = Math.min(many, featureBudget / (size * last), workBudget / (size * size * last));
  const { points, of } = chooseEvenly(means, land.rank, wanted, seed, stream);
  const some = chooseEvenly(points, land.rank, few, seed, stream).points;
  return {
    anchored: { few: { means: some, stiffness }, many: { means: points, stiffness }, held: anchor !== undefined },
    held,
    of,
  };
}

/** Rows [M, D] of held particles over the span of the training inputs, [M, r], times κ. */
async function meansOf(backend: Backend, { basis, rank, dimension }: Landscape, weights: Matrix, kappa: number): Promise<Float64Array> {
  using axes = backend.upload({ rows: rank, columns: dimension }, basis);
  using z = backend.product(weights, axes, { transposeB: true, alpha: kappa });
  return Float64Array.from(await backend.read(z));
}
