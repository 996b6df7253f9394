import type { LayerFigures } from '$lib/theory/bayes/deep/target/moments';
import { Watch } from '$lib/theory/bayes/deep/target/moments';
import { combined, lowerFactor, size } from '$lib/theory/bayes/deep/target/small';
import { furthest, type Group, type SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import type { TargetChain } from '$lib/theory/bayes/deep/target/target-chain';

/** Groups of a run: the jackknife's (G − 1)/(G − 3) is then 1.4. */
const most = 8;

/**
 * Particles are followed in groups, each with a source, disorder and fields of its own. Target neurons, kernels and conjugates of all groups
 * begin from those of the first; the steps before the first counted one are there to make them forget it, so that scatter between groups is the noise of a
 * run. Where groups would be too small for kernels of so many examples, all particles are one group.
 */
export function groupsOf(particles: number, examples: number): readonly Group[] {
  const count = Math.floor(particles / most);
  if (count < Math.max(128, 8 * examples)) return [{ index: 0, first: 0, count: particles }];
  return Array.from({ length: most }, (_, index) => ({ index, first: index * count, count }));
}

/** What all groups say of the source. */
export interface PooledSource extends SourceLaw {
  readonly virial: number;
  /** The gradient form of A against its moment form, in whitened units. */
  readonly stein: number;
}

/** The source's kernels averaged over groups, and all snapshots; factors are those of the averages. */
export function pooled(laws: readonly SourceLaw[]): PooledSource {
  const [first] = laws;
  if (!first) throw new Error('a source without groups');
  const share = 1 / laws.length;
  const kernels = first.kernels.map((_, l) => combined(...laws.map((law) => [share, law.kernels[l]!] as const)));
  const virials = first.virials.map((_, l) => laws.reduce((sum, law) => sum + share * law.virials[l]!, 0));
  const gaps = first.gaps.map((_, l) => combined(...laws.map((law) => [share, law.gaps[l]!] as const)));
  return {
    ...first,
    kernels,
    factors: first.factors.map((_, l) => lowerFactor(kernels[l]!, first.examples)),
    snapshots: laws.flatMap(({ snapshots }) => snapshots),
    virials,
    gaps,
    virial: furthest(virials),
    stein: Math.max(...gaps.map((gap) => size(gap) / Math.sqrt(first.examples))),
  };
}

/** Health figures of every layer over all groups. */
export const figuresOf = (chains: readonly TargetChain[]): readonly LayerFigures[] =>
  (chains[0]?.layers ?? []).map((_, l) => Watch.figures(chains.map(({ watches }) => watches[l]!)));

/** Mean over groups and counted steps of the Δ that drove them. */
export function driveOf(chains: readonly TargetChain[]): Float64Array {
  const steps = chains.reduce((sum, { drive }) => sum + drive.steps, 0);
  return combined(...chains.map(({ drive }) => [1 / steps, drive.sum] as const));
}
