import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { averageOver, Gatherer, partsOf, type Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Faults, Place } from '$lib/theory/bayes/deep/target/chain-parts';
import { Course } from '$lib/theory/bayes/deep/target/course';
import { figuresOf, groupsOf, mostGroups, pooled, type PooledSource } from '$lib/theory/bayes/deep/target/groups';
import type { LayerFigures } from '$lib/theory/bayes/deep/target/moments';
import { attempts, planFor, type Plan } from '$lib/theory/bayes/deep/target/plan';
import { combined, ridgeSolve, size } from '$lib/theory/bayes/deep/target/small';
import { beginning, sourceLaw, type Group, type SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { TargetChain } from '$lib/theory/bayes/deep/target/target-chain';
import { tieOf } from '$lib/theory/bayes/deep/target/tie';
import { formsApart } from '$lib/theory/bayes/deep/target/verdict';
import { Owned } from '$lib/theory/owned';
import { orProblem } from '$lib/theory/common/or-problem';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** One deep target. */
export interface DeepTargetPoint {
  readonly source: DeepKernel;
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly delta: number;
  readonly faults?: Faults;
}

/** Of their bound, what the two forms of the conjugates may differ by when draws end before the most of them. */
const sound = 0.85;

/** The groups of a point's particles. */
export const groupsFor = ({ source, task }: DeepTargetPoint): readonly Group[] =>
  groupsOf(source.law.layers[0]?.snapshots.at(-1)?.rows ?? 0, source.task.trainLabels.length + task.trainLabels.length);

/** Of a half decade, the δ from whose run the others begin: so a run depends on no other that is asked for beside it. */
const nearestStart = (delta: number): number => (delta < 0.02 ? 0 : 10 ** (Math.min(8, Math.round(2 * Math.log10(delta))) / 2));

/** What besides source and task decides where the run of a point begins. */
const startOf = ({ delta, parameters: { gamma, temperature }, faults }: DeepTargetPoint): string =>
  [nearestStart(delta), gamma, temperature, JSON.stringify(faults)].join(' ');

/** What points have in common: sources that were followed, and where runs begin. */
export class Known {
  readonly #laws = new Map<DeepKernel, Map<string, Promise<readonly SourceLaw[] | Problem>>>();
  readonly #places = new Map<DeepKernel, Map<Task, Map<string, Map<number, Promise<readonly Place[]>>>>>();

  laws(source: DeepKernel, key: string, make: () => Promise<readonly SourceLaw[]>): Promise<readonly SourceLaw[] | Problem> {
    const own = at(this.#laws, source, () => new Map<string, Promise<readonly SourceLaw[] | Problem>>());
    return at(own, key, () => orProblem(make()));
  }

  /** Where runs of a point begin, made once for all points of one `startOf`. */
  places(point: DeepTargetPoint, attempt: number, make: () => Promise<readonly Place[]>): Promise<readonly Place[]> {
    const own = at(this.#places, point.source, () => new Map<Task, Map<string, Map<number, Promise<readonly Place[]>>>>());
    const started = at(own, point.task, () => new Map<string, Map<number, Promise<readonly Place[]>>>());
    return at(
      at(started, startOf(point), () => new Map<number, Promise<readonly Place[]>>()),
      attempt,
      make,
    );
  }

  /** Lets go of what none of the points to come may need: it is large. */
  forget(rest: readonly DeepTargetPoint[]): void {
    for (const known of [this.#laws, this.#places])
      for (const source of known.keys()) if (!rest.some((point) => point.source === source)) known.delete(source);
    for (const [source, own] of this.#places)
      for (const [task, started] of own) {
        const same = rest.filter((point) => point.source === source && point.task === task);
        if (same.length === 0) own.delete(task);
        for (const start of started.keys()) if (!same.some((point) => startOf(point) === start)) started.delete(start);
      }
  }
}

function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

async function lawsOf(
  backend: Backend,
  known: Known,
  source: DeepKernel,
  groups: readonly Group[],
  attempt: number,
  breath: Breath,
): Promise<readonly SourceLaw[]> {
  const { depth, gamma, temperature } = source.parameters;
  const plan = planFor(breath.quality, depth, gamma, temperature, attempt);
  const laws = await known.laws(source, `${attempt} ${groups.length}`, async () => {
    breath.expect(plan.source.settling + plan.source.every * (plan.blocks.most + 1));
    const whole = groups.reduce((sum, { count }) => sum + count, 0);
    const laws: SourceLaw[] = [];
    for (const group of groups) laws.push(await sourceLaw(backend, source, plan, group, whole, breath));
    return laws;
  });
  if (laws instanceof Problem) throw laws;
  return laws;
}

/** A run of all groups. */
export interface Ran {
  readonly chains: readonly TargetChain[];
  readonly source: PooledSource;
  readonly snapshots: readonly Snapshot[];
  readonly figures: readonly LayerFigures[];
}

/** By how much the virial figure may be missed before the run begins again. */
const mostMissed = 0.1;

/**
 * Follows all groups of a point, draw by draw, until the scatter of its predictor is small enough and the two forms of the conjugates agree. Undefined where
 * the virial figure is missed in one of the layers of the source or of the target, and there is another attempt.
 */
export async function runOf(
  backend: Backend,
  known: Known,
  point: DeepTargetPoint,
  plan: Plan,
  attempt: number,
  breath: Breath,
): Promise<Ran | undefined> {
  const { source, task, parameters, delta, faults } = point;
  const groups = groupsFor(point);
  const laws = await lawsOf(backend, known, source, groups, attempt, breath);
  const share = 1 / groups.length;
  const all = pooled(laws);
  const last = attempt === attempts - 1;
  const missed = (virial: number): boolean => !last && !(Math.abs(virial - 1) <= mostMissed);
  if (missed(all.virial)) return undefined;
  const particles = groups.reduce((sum, { count }) => sum + count, 0);
  using made = new Owned();
  const chainsAt = (delta: number, made: Owned): TargetChain[] =>
    laws.map((law, g) =>
      made.keep(new TargetChain(breath.engine, law, task, parameters, tieOf(delta), delta, faults, beginning(groups[g]!))),
    );
  const near = nearestStart(delta);
  const { temperature } = parameters;
  const places = await known.places(point, attempt, async () => {
    using own = new Owned();
    const [first, ...others] = chainsAt(near, own) as [TargetChain, ...TargetChain[]];
    await new Course(first, share).start(plan, breath);
    const where = await first.place();
    for (const other of others) await new Course(other, share).follow(where, plan.follow, plan, breath);
    return await Promise.all([first, ...others].map((chain) => chain.place()));
  });
  const chains = chainsAt(delta, made);
  const courses = chains.map((chain) => new Course(chain, share));
  for (const [g, course] of courses.entries()) await course.follow(places[g]!, plan.near, plan, breath);
  const gatherers = chains.map((chain) => new Gatherer(chain));
  const collected = (): readonly Snapshot[] => gatherers.flatMap(({ snapshots }) => snapshots);
  // Of fewer groups than eight the scatter is known too badly to end a run by it.
  const least = groups.length < mostGroups ? plan.blocks.most : plan.blocks.least;
  for (let block = 0; block < plan.blocks.most; block++) {
    if (
      block >= least &&
      scatterOf(collected(), task, temperature, parameters.depth) <= plan.wanted.fit &&
      unsureKernel(collected(), parameters.depth) <= plan.wanted.kernel &&
      formsApart(all, figuresOf(chains), particles) <= sound
    ) {
      breath.tick((plan.blocks.most - block) * (plan.settling.most + plan.counted));
      break;
    }
    for (const [g, course] of courses.entries()) {
      const gatherer = gatherers[g]!;
      await course.block(block, plan, breath, () => {
        gatherer.count();
      });
      await gatherer.close(groups.length === 1 ? block : g);
    }
  }
  const figures = figuresOf(chains);
  return figures.some(({ virial }) => missed(virial)) ? undefined : { chains, source: all, snapshots: collected(), figures };
}

/** Standard error of the last kernel, relative to its size, by the jackknife over parts of the run. */
function unsureKernel(snapshots: readonly Snapshot[], depth: number): number {
  const whole = averageOver(snapshots, depth - 1).d;
  const parts = partsOf(snapshots);
  const squares = parts.map((left) => size(combined([1, averageOver(snapshots, depth - 1, left).d], [-1, whole])) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) * (1 - 1 / parts.length)) / size(whole);
}

/** Standard error of f on the training examples, relative to the labels, by the jackknife over parts of the run. */
export function scatterOf(snapshots: readonly Snapshot[], { trainLabels }: Task, temperature: number, depth: number): number {
  const fits = partsOf(snapshots).map((left) =>
    ridgeSolve(averageOver(snapshots, depth - 1, left).d, temperature, trainLabels).map((value) => temperature * value),
  );
  const square = trainLabels.reduce((sum, y) => sum + y * y, 0);
  if (square === 0) return 0;
  const count = fits.length;
  let spread = 0;
  for (let p = 0; p < trainLabels.length; p++) {
    const mean = fits.reduce((sum, fit) => sum + fit[p]! / count, 0);
    spread += fits.reduce((sum, fit) => sum + (fit[p]! - mean) ** 2, 0) * ((count - 1) / count);
  }
  return Math.sqrt(spread / square);
}
