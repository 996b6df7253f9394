import { averageOver, type Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { LayerFigures } from '$lib/theory/bayes/deep/target/moments';
import { Watch } from '$lib/theory/bayes/deep/target/moments';
import { combined, lowerFactor, size, times, type Small } from '$lib/theory/bayes/deep/target/small';
import { furthest, type Group, type SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import type { TargetChain } from '$lib/theory/bayes/deep/target/target-chain';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** Groups of a run, at most and at least. */
export const mostGroups = 8;
const fewestGroups = 4;

/**
 * Particles are followed in groups, each with a source, disorder and fields of its own. Target neurons, kernels and conjugates of all groups
 * begin from those of the first; the steps before the first counted one are there to make them forget it, so that scatter between groups is the noise of a
 * run. Where groups would be too small for kernels of so many examples, all particles are one group.
 */
export function groupsOf(particles: number, examples: number): readonly Group[] {
  const groups = Math.min(mostGroups, Math.floor(particles / Math.max(128, 8 * examples)));
  if (groups < fewestGroups) return [{ index: 0, first: 0, count: particles }];
  const count = Math.floor(particles / groups);
  return Array.from({ length: groups }, (_, index) => ({ index, first: index * count, count }));
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

/**
 * |y − TΔ − ΦΔ|/|y| of the Δ that drove the particles and their own kernel, both averaged over counted steps, and then over groups (`meanOrWorst`): Δ of
 * a group fits the kernel of that group.
 */
export function residualOf(
  chains: readonly Pick<TargetChain, 'drive'>[],
  snapshots: readonly Snapshot[],
  { trainLabels }: Pick<Task, 'trainLabels'>,
  { depth, temperature }: Pick<SourceParameters, 'depth' | 'temperature'>,
): number {
  const square = trainLabels.reduce((sum, y) => sum + y * y, 0);
  if (square === 0) return 0;
  const alone = chains.length === 1;
  const found = chains.map(({ drive }, g) => {
    const own = alone ? snapshots : snapshots.filter(({ part }) => part === g);
    const dual = drive.sum.map((value) => value / drive.steps);
    const fitted = times(averageOver(own, depth - 1).d, dual, dual.length);
    const left = trainLabels.map((y, p) => y - temperature * dual[p]! - fitted[p]!);
    return { left, noise: noiseOf(own.map(({ kernels }) => combined([1, times(kernels[depth - 1]!.d, dual, dual.length)], [-1, fitted]))) };
  });
  const [left, noise] = [found.map((one) => one.left), found.map((one) => one.noise)];
  return meanOrWorst(left, noise) / Math.sqrt(square);
}

/** Standard error of the mean of vectors, given what each is beyond it; infinite for a single one, which says nothing of it. */
const noiseOf = (beyond: readonly Small[]): number => {
  const { length } = beyond;
  return length === 1 ? Infinity : Math.sqrt(beyond.reduce((sum, own) => sum + size(own) ** 2, 0) / (length * (length - 1)));
};

/** Draws of one group share its fields: what groups have left is up to this many times as long as the noise of their draws says. */
const sharedFields = 1.5;

/**
 * The largest of three lengths. That of the mean of what groups have left, without what their scatter gives it (E|mean|² = |truth|² + variance/groups). A third
 * of what the longest is beyond the usual one, their median: the noise of groups averages out, but so would what one of them has wrong. And a third of what all
 * are, root mean square, beyond the noise of their draws: half of the groups may be off one way, and half the other. `noise`: of each group, the standard error
 * of its mean.
 */
export function meanOrWorst(left: readonly Small[], noise: readonly number[]): number {
  const groups = left.length;
  const mean = combined(...left.map((own) => [1 / groups, own] as const));
  if (groups === 1) return size(mean);
  const spread = left.reduce((sum, own) => sum + size(combined([1, own], [-1, mean])) ** 2, 0);
  const common = Math.sqrt(Math.max(0, size(mean) ** 2 - spread / (groups * (groups - 1))));
  const lengths = left.map(size).sort((a, b) => a - b);
  const median = (lengths[Math.floor((groups - 1) / 2)]! + lengths[Math.floor(groups / 2)]!) / 2;
  const beyond = lengths.reduce((sum, length) => sum + length ** 2, 0) - noise.reduce((sum, own) => sum + (sharedFields * own) ** 2, 0);
  return Math.max(common, (lengths.at(-1)! - median) / 3, Math.sqrt(Math.max(0, beyond) / groups) / 3);
}
