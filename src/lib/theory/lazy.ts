import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend } from '$lib/backend/backend';
import { LazyKernel } from '$lib/theory/lazy-kernel';
import { solveBatch, type LazyPoint } from '$lib/theory/lazy-solve';
import type { SourceParameters, Task, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/** Numbers of one batch of kernel matrices at most (four such batches are alive at a time). */
const mostNumbers = 2 ** 24;

/**
 * ρ = 1/(1+δ) + κ², κ = δ/(1+δ): the variance of a target's weights before data, w̄ drawn from the unit prior and the conditional
 * prior N(κw̄, I/(1+δ)) (`theory.md` §2, last limit). 1 for δ = 0 and δ = ∞.
 */
export const coupledVariance = (delta: number): number => {
  if (delta === Infinity) return 1;
  const kappa = delta / (1 + delta);
  return 1 / (1 + delta) + kappa * kappa;
};

/**
 * The lazy limit at any depth, `theory.md` §1: NNGP (posterior mean and variance) and NTK (variance 0).
 * **Choice**: in a target the coupling δ changes the prior variance of every hidden layer's weights to ρ (§2); it does not change the NTK.
 * The richness gamma is not used.
 */
export const lazy: Theory = {
  name: 'lazy',

  source(backend, points, run) {
    return solveAll(
      backend,
      points.map(({ task, parameters }) => guard(task, parameters) ?? { role: 'source', task, parameters, variance: 1 }),
      run,
    );
  },

  target(backend, points, run) {
    return solveAll(
      backend,
      points.map(({ source, delta, task, parameters }): LazyPoint | Problem => {
        if (!(source instanceof LazyKernel) || source.role !== 'source')
          return new Problem(`source: must be a lazy source kernel, got a ${source.theory} ${source.role}`);
        if (source.task.dimension !== task.dimension)
          return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
        if (!(delta >= 0)) return new Problem(`delta: must be a number ≥ 0, got ${delta}`, { path: ['delta'] });
        const variance = parameters.kernel === 'ntk' ? 1 : coupledVariance(delta);
        return guard(task, parameters) ?? { role: 'target', task, parameters, variance };
      }),
      run,
    );
  },
};

const finite = (numbers: Float64Array): boolean => numbers.every((value) => Number.isFinite(value));

/** What makes a point meaningless whatever the sheet let through. */
const guard = (task: Task, { depth, temperature }: SourceParameters): Problem | undefined => {
  const wrong = (name: string, expected: string, got: number): Problem =>
    new Problem(`${name}: must be ${expected}, got ${got}`, { path: [name] });
  if (!(Number.isInteger(depth) && depth >= 1)) return wrong('depth', 'a whole number ≥ 1', depth);
  if (!(temperature >= 0 && temperature < Infinity)) return wrong('temperature', 'a number ≥ 0', temperature);
  const { dimension, trainInputs, trainLabels, testInputs, testLabels } = task;
  if (trainLabels.length === 0) return new Problem('the task has no training examples');
  if (trainInputs.length !== trainLabels.length * dimension || testInputs.length !== testLabels.length * dimension)
    return new Problem('the task has inputs and labels of different lengths');
  if (![trainInputs, trainLabels, testInputs, testLabels].every(finite))
    return new Problem('the task has an entry that is not a finite number');
  return undefined;
};

/** Points that may share a batch have the same. */
const kinship = ({ task, parameters: { activation, depth, kernel } }: LazyPoint): string =>
  [activation, depth, kernel, task.trainLabels.length, task.dimension].join(' ');

const solveAll = async (backend: Backend, points: readonly (LazyPoint | Problem)[], run: Run): Promise<readonly Result[]> => {
  const families = new Map<string, number[]>();
  points.forEach((point, index) => {
    if (point instanceof Problem) return;
    const family = families.get(kinship(point)) ?? [];
    family.push(index);
    families.set(kinship(point), family);
  });
  const results: (Result | undefined)[] = points.map((point) => (point instanceof Problem ? point : undefined));
  let done = results.filter((result) => result !== undefined).length;
  try {
    for (const family of families.values()) {
      const size = (points[family[0] as number] as LazyPoint).task.trainLabels.length;
      const most = Math.max(1, Math.floor(mostNumbers / (size * size)));
      for (let first = 0; first < family.length; first += most) {
        run.signal.throwIfAborted();
        const batch = family.slice(first, first + most);
        const found = await problemsAsValues(
          batch.length,
          solveBatch(
            backend,
            batch.map((index) => points[index] as LazyPoint),
            run,
          ),
        );
        batch.forEach((index, at) => (results[index] = found[at]));
        done += batch.length;
        run.progress(done / points.length);
      }
    }
    return results as Result[];
  } catch (error) {
    for (const result of results) if (result && !(result instanceof Problem)) result[Symbol.dispose]();
    throw error;
  }
};

/** A problem thrown by the work stands for each of its points. */
const problemsAsValues = async (count: number, work: Promise<readonly Result[]>): Promise<readonly Result[]> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return Array.from({ length: count }, () => error);
    throw error;
  }
};
