import type { Backend } from '$lib/backend/backend';
import { factorSystems } from '$lib/backend/systems/factor';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { averageOver } from '$lib/theory/bayes/deep/target/block';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import { forwardInParts, type TargetLaw } from '$lib/theory/bayes/deep/target/forward-target';
import { lotsOf } from '$lib/theory/bayes/deep/target/lots';
import { crossedOf } from '$lib/theory/bayes/deep/target/crossed';
import { DeepTargetKernel, sharedNoise } from '$lib/theory/bayes/deep/target/deep-target-kernel';
import { residualOf } from '$lib/theory/bayes/deep/target/groups';
import { memoryOf } from '$lib/theory/bayes/deep/target/memory';
import { planFor, type Plan } from '$lib/theory/bayes/deep/target/plan';
import { groupsFor, Known, runOf, scatterOf, type DeepTargetPoint, type Ran } from '$lib/theory/bayes/deep/target/run-target';
import { scatterBeyond } from '$lib/theory/bayes/deep/target/scatter-beyond';
import { experimental, verdictOf } from '$lib/theory/bayes/deep/target/verdict';
import { conditioning, type Conditioning } from '$lib/theory/common/health';
import { orProblem } from '$lib/theory/common/or-problem';
import { notPositive } from '$lib/theory/positive';
import type { SourceParameters } from '$lib/theory/theory';

/** Training examples of either task at most: every pair of them is a number that each of thousands of particles adds to at each step. */
export const mostExamples = 64;

/** What a run takes if it needs all its draws, in steps of all particles. */
const stepsOf = ({ start, follow, near, blocks, settling, counted }: Plan, groups: number): number =>
  (start.ramp + start.live + start.average) / groups +
  (follow.live + follow.average) +
  near.live +
  near.average +
  blocks.most * (settling.most + counted);

/**
 * Deep targets of any activation, one after another; targets of one source share its samples, and all points the random numbers of their seed.
 * A source of particles: `DeepKernel`.
 */
export async function deepTargets(
  backend: Backend,
  points: readonly DeepTargetPoint[],
  run: Run,
): Promise<readonly (DeepTargetKernel | Problem)[]> {
  const plan = ({ parameters: { depth, gamma, temperature } }: DeepTargetPoint, attempt: number): Plan =>
    planFor(run.quality, depth, gamma, temperature, attempt);
  const breath = new Breath(
    backend,
    run,
    points.reduce((sum, point) => sum + stepsOf(plan(point, 0), groupsFor(point).length), 0),
  );
  const known = new Known();
  const results: (DeepTargetKernel | Problem)[] = [];
  try {
    for (const point of points) {
      const solve = async (): Promise<DeepTargetKernel> => {
        for (let attempt = 0; ; attempt++) {
          const run = await runOf(backend, known, point, plan(point, attempt), attempt, breath);
          if (run) return await measured(backend, point, run, points.filter(({ source }) => source === point.source).length, breath);
          breath.expect(stepsOf(plan(point, attempt + 1), groupsFor(point).length));
        }
      };
      results.push(await orProblem(solve()));
      known.forget(points.slice(results.length));
    }
    return results;
  } catch (error) {
    for (const result of results) if (result instanceof DeepTargetKernel) result[Symbol.dispose]();
    throw error;
  }
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
  { chains, source, snapshots, figures }: Ran,
  sharing: number,
  breath: Breath,
): Promise<DeepTargetKernel> {
  const chain = chains[0]!;
  const { tie } = chain;
  const { depth, temperature, seed } = parameters;
  const kernels = chain.kernels.slice(0, 1).concat(Array.from({ length: depth }, (_, l) => averageOver(snapshots, l)));
  if (!kernels.every(({ d, c }) => d.every(Number.isFinite) && c.every(Number.isFinite))) throw ranAway(parameters);
  const crossed = await crossedOf(source, task, tie, kernels, snapshots, seed, breath);
  const law: TargetLaw = { source, tie, snapshots, independent: chains.length > 1, kernels, crossed };
  const particles = chains.length * source.samples;
  const noise = sharedNoise[law.independent ? 'groups' : 'draws'];
  const scatter = noise * scatterOf(snapshots, task, temperature, depth);
  const [lot] = lotsOf(task.testInputs, task.dimension);
  const lifted = lot && (await forwardInParts(law, task, lot.rows, { upTo: depth, seed, first: lot.number, breath }));
  const beyond = lifted ? noise * scatterBeyond(law, task, parameters, lifted) : 0;
  const residual = residualOf(chains, snapshots, task, parameters);
  const memory = memoryOf(chains.map(({ remembered }) => remembered));
  const { virial, stein, warnings } = verdictOf(source, figures, { scatter, beyond, memory, residual, particles });
  if (!(Math.abs(virial - 1) < 1)) throw ranAway(parameters);
  const size = task.trainLabels.length;
  const train = backend.upload({ rows: size, columns: size }, kernels[depth]!.d);
  const conditioned = async (): Promise<Partial<Conditioning> | undefined> => {
    try {
      using systems = await factorSystems(backend, train, [temperature]);
      const [failure] = systems.failures;
      if (failure) throw notPositive(failure, false);
      return (await conditioning(backend, systems))[0];
    } catch (error) {
      train[Symbol.dispose]();
      throw error;
    }
  };
  const solved = await conditioned();
  const health = {
    virial,
    residual,
    conjugates: stein,
    scatter: Math.max(scatter, beyond),
    memory: Math.max(0, memory),
    ...solved,
    particles,
    steps: chain.steps,
  };
  const shared = source.snapshots.flat().reduce((sum, { z }) => sum + 4 * z.byteLength, 0) / sharing;
  const told = [...warnings, ...experimental(parameters, [sourceParameters, parameters], [sourceTask, task])];
  return new DeepTargetKernel(backend, task, parameters, law, train, health, told, shared, lifted);
}
