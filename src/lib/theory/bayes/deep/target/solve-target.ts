import type { Backend } from '$lib/backend/backend';
import { factorSystems } from '$lib/backend/systems/factor';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { averageOver, Gatherer, type Snapshot } from '$lib/theory/bayes/deep/target/block';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { TargetLaw } from '$lib/theory/bayes/deep/target/climb-target';
import { crossedOf } from '$lib/theory/bayes/deep/target/crossed';
import { DeepTargetKernel } from '$lib/theory/bayes/deep/target/deep-target-kernel';
import { planFor, type Plan } from '$lib/theory/bayes/deep/target/plan';
import { ridgeSolve, times } from '$lib/theory/bayes/deep/target/small';
import { sourceLaw, type SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { TargetChain, type Faults } from '$lib/theory/bayes/deep/target/target-chain';
import { tieOf } from '$lib/theory/bayes/deep/target/tie';
import { experimental, verdictOf } from '$lib/theory/bayes/deep/target/verdict';
import { conditioning } from '$lib/theory/common/health';
import { orProblem } from '$lib/theory/common/or-problem';
import { notPositive } from '$lib/theory/positive';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** One deep target. */
export interface DeepTargetPoint {
  readonly source: DeepKernel;
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly delta: number;
  readonly faults?: Faults;
}

/** Training examples of either task at most: every pair of them is a number that each of thousands of particles adds to at each step. */
export const mostExamples = 64;

/** By how much the virial figure may be missed before the run begins again with half the leapfrogs, and how often it may. */
const missed = 0.1;
const halvings = 2;

/** What sources have been followed for, one entry a source and plan. */
type Followed = Map<DeepKernel, Map<number, SourceLaw | Problem>>;

const stepsOf = ({ start, blocks, settling, counted }: Plan): number =>
  start.ramp + start.live + start.average + (blocks + 1) * (settling + counted);

/**
 * Deep targets of any activation, one after another; targets of one source share its samples, and all points the random numbers of their seed.
 * A source of particles: `DeepKernel`.
 */
export async function deepTargets(
  backend: Backend,
  points: readonly DeepTargetPoint[],
  run: Run,
): Promise<readonly (DeepTargetKernel | Problem)[]> {
  const plan = ({ parameters: { depth, gamma, temperature } }: DeepTargetPoint, halved: number): Plan =>
    planFor(run.quality, depth, gamma, temperature, halved);
  const breath = new Breath(
    backend,
    run,
    points.reduce((sum, point) => sum + stepsOf(plan(point, 0)), 0),
  );
  const followed: Followed = new Map();
  const results: (DeepTargetKernel | Problem)[] = [];
  try {
    for (const point of points) {
      const solve = async (): Promise<DeepTargetKernel> => {
        for (let halved = 0; ; halved++) {
          const own = plan(point, halved);
          const law = await lawOf(backend, followed, point.source, run, halved, breath);
          const chain = new TargetChain(law, point.task, point.parameters, tieOf(point.delta), point.delta, point.faults);
          const gatherer = new Gatherer(chain);
          await chain.run(
            own,
            breath,
            () => gatherer.count(),
            () => gatherer.close(),
          );
          const worst = Math.max(...[law, ...chain.figures()].map(({ virial }) => Math.abs(virial - 1)));
          if (worst <= missed || halved === halvings)
            return await measured(
              backend,
              point,
              chain,
              gatherer.snapshots,
              points.filter(({ source }) => source === point.source).length,
              breath,
            );
          breath.expect(stepsOf(plan(point, halved + 1)));
        }
      };
      results.push(await orProblem(solve()));
      // Samples of a source are large, and none of the points to come may need them.
      if (!points.slice(results.length).some(({ source }) => source === point.source)) followed.delete(point.source);
    }
    return results;
  } catch (error) {
    for (const result of results) if (result instanceof DeepTargetKernel) result[Symbol.dispose]();
    throw error;
  }
}

async function lawOf(
  backend: Backend,
  followed: Followed,
  source: DeepKernel,
  run: Run,
  halved: number,
  breath: Breath,
): Promise<SourceLaw> {
  const known = followed.get(source) ?? new Map<number, SourceLaw | Problem>();
  followed.set(source, known);
  const { depth, gamma, temperature } = source.parameters;
  const plan = planFor(run.quality, depth, gamma, temperature, halved);
  if (!known.has(halved)) breath.expect(plan.source.settling + plan.source.every * (plan.blocks + 2));
  const law = known.get(halved) ?? (await orProblem(sourceLaw(backend, source, plan, breath)));
  known.set(halved, law);
  if (law instanceof Problem) throw law;
  return law;
}

const ranAway = ({ gamma, temperature, depth }: SourceParameters): Problem =>
  new Problem(
    `the particles of the target ran away at gamma ${gamma}, temperature ${temperature} and depth ${depth}; choose a smaller gamma`,
    {
      path: ['gamma'],
    },
  );

async function measured(
  backend: Backend,
  { source: { task: sourceTask, parameters: sourceParameters }, task, parameters }: DeepTargetPoint,
  chain: TargetChain,
  snapshots: readonly Snapshot[],
  sharing: number,
  breath: Breath,
): Promise<DeepTargetKernel> {
  const { source, tie } = chain;
  const { depth, temperature, seed } = parameters;
  const kernels = chain.kernels.slice(0, 1).concat(Array.from({ length: depth }, (_, l) => averageOver(snapshots, l)));
  if (!kernels.every(({ d, c }) => d.every(Number.isFinite) && c.every(Number.isFinite))) throw ranAway(parameters);
  const crossed = await crossedOf(source, task, tie, kernels, snapshots, seed, breath);
  const law: TargetLaw = { source, tie, snapshots, kernels, crossed };
  const scatter = scatterOf(snapshots, task, temperature, depth);
  const residual = residualOf(kernels[depth]!.d, chain.drive, task, temperature);
  const { virial, stein, warnings } = verdictOf(source, chain.figures(), { scatter, residual });
  if (!(Math.abs(virial - 1) < 1)) throw ranAway(parameters);
  const size = task.trainLabels.length;
  const train = backend.upload({ rows: size, columns: size }, kernels[depth]!.d);
  using systems = await factorSystems(backend, train, [temperature]);
  const [failure] = systems.failures;
  if (failure) {
    train[Symbol.dispose]();
    throw notPositive(failure, false);
  }
  const [figures] = await conditioning(backend, systems);
  const health = { virial, residual, conjugates: stein, scatter, ...figures, particles: source.samples, steps: chain.steps };
  const shared = source.snapshots.flat().reduce((sum, { z }) => sum + 4 * z.byteLength, 0) / sharing;
  const told = [...warnings, ...experimental(parameters, [sourceParameters, parameters], [sourceTask, task])];
  return new DeepTargetKernel(backend, task, parameters, law, train, health, told, shared);
}

/** |y − TΔ − ΦΔ|/|y| of the Δ that drove the particles. */
function residualOf(kernel: Float64Array, drive: Float64Array, { trainLabels }: Task, temperature: number): number {
  const fitted = times(kernel, drive, drive.length);
  const square = trainLabels.reduce((sum, y) => sum + y * y, 0);
  if (square === 0) return 0;
  return Math.sqrt(trainLabels.reduce((sum, y, p) => sum + (y - temperature * drive[p]! - fitted[p]!) ** 2, 0) / square);
}

/** Standard error over draws of f on the training examples, relative to the labels, by the jackknife. */
function scatterOf(snapshots: readonly Snapshot[], { trainLabels }: Task, temperature: number, depth: number): number {
  const fits = snapshots.map((_, left) =>
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
