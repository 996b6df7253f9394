import { Problem } from '$lib/base/problem';
import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { notComputed, resultsOf } from '$lib/theory/common/batches';
import { orProblem } from '$lib/theory/common/or-problem';
import { Branch, type WithMoments } from '$lib/theory/proportional/branch';
import { checking, type Check } from '$lib/theory/proportional/check';
import { guard } from '$lib/theory/proportional/guard';
import {
  couplingOf,
  prepareSource,
  sameKernel,
  targetKernels,
  uploadTrain,
  type PreparedSource,
  type SourceLaw,
} from '$lib/theory/proportional/kernels';
import { denseMoments, linearMoments, linearTarget, type LinearTarget } from '$lib/theory/proportional/moments';
import { parameters } from '$lib/theory/proportional/parameters';
import { ProportionalKernel } from '$lib/theory/proportional/proportional-kernel';
import { solveSource, solveTarget } from '$lib/theory/proportional/solve';
import { sourceSaddle } from '$lib/theory/proportional/source-saddle';
import { Sweep } from '$lib/theory/proportional/sweep';
import type { SourceParameters, TargetPoint, Task, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/** Targets that differ in δ alone: one factor of A, one walk along the branch. */
interface Family {
  readonly source: SourceLaw;
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly members: { readonly index: number; readonly delta: number }[];
}

/** Double precision for the saddle, whose equations cancel: the backend itself where it is that already. */
const exactOf = (backend: Backend): Backend => (backend.name === 'reference' ? backend : createReferenceBackend());

/**
 * Networks whose width N is in proportion to the examples, with elastic coupling of a target to a source: the quenched Franz–Parisi saddle
 * of `theory.md` §4. Linear and erf, one hidden layer. The saddle is solved in double precision on the CPU; the test set is predicted on
 * the backend. `gamma` is not used.
 */
export const proportional: Theory = {
  name: 'proportional',
  parameters,

  async source(backend, points, run) {
    const exact = exactOf(backend);
    const check = checking(run);
    const results: Result[] = [];
    return resultsOf(results, async () => {
      for (const point of points) {
        await check();
        results.push(guard(point.task, point.parameters) ?? (await orProblem(solveSource(backend, exact, point, check))));
        run.progress(results.length / points.length);
      }
    });
  },

  async target(backend, points, run) {
    const exact = exactOf(backend);
    const check = checking(run);
    const results: Result[] = points.map((point) => refused(point) ?? notComputed);
    let done = 0;
    return resultsOf(results, async () => {
      for (const { source: law, task, parameters, members } of familiesOf(points)) {
        try {
          using source = await prepareSource(exact, law);
          const branch = await branchOf(exact, source, task, parameters, check);
          const sweep = new Sweep({ source: law, task, temperature: parameters.temperature });
          for (const { index, delta } of members) {
            await check();
            results[index] = await orProblem(solveTarget(backend, exact, source, branch, sweep, task, parameters, delta));
            run.progress(++done / points.length);
          }
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          for (const { index } of members) results[index] = error;
        }
      }
    });
  },
};

/** Why a target cannot be; undefined when it can. */
const refused = ({ source, task, parameters, delta }: TargetPoint): Problem | undefined => {
  const problem = guard(task, parameters, delta);
  if (problem) return problem;
  if (!(source instanceof ProportionalKernel) || !source.law)
    return new Problem(`source: must be a proportional source kernel, got a ${source.theory} ${source.role}`);
  if (source.task.dimension !== task.dimension)
    return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
  for (const name of ['activation', 'width'] as const)
    if (source.parameters[name] !== parameters[name])
      return new Problem(
        `${name}: must be the source's, ${source.parameters[name]}, for the weights are coupled, got ${parameters[name]}`,
        {
          path: [name],
        },
      );
  return undefined;
};

/** The points that can be, by source, task and temperature, δ ascending. */
const familiesOf = (points: readonly TargetPoint[]): readonly Family[] => {
  const families: Family[] = [];
  points.forEach((point, index) => {
    const { source, task, parameters, delta } = point;
    if (refused(point) || !(source instanceof ProportionalKernel) || !source.law) return;
    const law = source.law;
    let family = families.find(
      (known) => known.source === law && known.task === task && known.parameters.temperature === parameters.temperature,
    );
    if (!family) families.push((family = { source: law, task, parameters, members: [] }));
    family.members.push({ index, delta });
  });
  for (const { members } of families) members.sort((a, b) => a.delta - b.delta);
  return families;
};

/** The branch of one target from δ = 0, where its own equation is that of a source. */
const branchOf = async (
  exact: Backend,
  source: PreparedSource,
  task: Task,
  { temperature, width }: SourceParameters,
  check: Check,
): Promise<Branch> => {
  const { activation, order } = source.law;
  using x = uploadTrain(exact, task);
  using kernel = sameKernel(exact, activation, x, x, couplingOf(0));
  const start = await sourceSaddle(await exact.read(kernel), task.trainLabels, temperature, width, check);
  if (!start) throw new Problem('no physical saddle was found for the target at delta = 0; raise temperature', { path: ['delta'] });
  let linear: LinearTarget | undefined;
  if (activation === 'linear') {
    const kernels = await targetKernels(exact, source, task, temperature, couplingOf(Infinity));
    using _ = kernels.stack;
    linear = await linearTarget(exact, kernels);
  }
  const withMoments: WithMoments = async (kappa, kernels, use) => {
    // 1/(1+δ) = 1 − κ.
    const coupling = { kappa, variance: 1 - kappa + kappa * kappa };
    if (linear) return use(linearMoments(linear, coupling.variance, kappa));
    if (kernels) return use(denseMoments(exact, kernels, check));
    const made = await targetKernels(exact, source, task, temperature, coupling);
    using _ = made.stack;
    return await use(denseMoments(exact, made, check));
  };
  return new Branch(start.order, { width, source: order }, withMoments, check);
};
