import type { Run } from '$lib/base/run';
import type { Problem } from '$lib/base/problem';
import type { Backend, Matrix } from '$lib/backend/backend';
import { solveSystems, type SolveReport } from '$lib/backend/systems/solve';
import { effectiveDimensions } from '$lib/theory/common/health';
import { resultsOf } from '$lib/theory/common/batches';
import { stackInputs } from '$lib/theory/common/stack';
import { entryReport, entryWarnings, isInRange, isRough, rangeWarning } from '$lib/theory/entries';
import { LazyKernel } from '$lib/theory/lazy/lazy-kernel';
import { lazyKernelInParts, rowsAtATime } from '$lib/theory/lazy/parts';
import type { Recipe } from '$lib/theory/common/lazy-recursion';
import { jitterWarnings, notPositive } from '$lib/theory/positive';
import type { SourceParameters, Task } from '$lib/theory/theory';
import { Owned } from '$lib/theory/owned';

/** One point, with the prior variance of its hidden weights. */
export interface LazyPoint {
  readonly role: 'source' | 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly variance: number;
}

/** A solved point, and whether double precision would make it visibly better. */
interface Attempt {
  readonly result: LazyKernel | Problem;
  readonly rough: boolean;
}

/**
 * Points of one batch, solved together. Those that a backend in single precision cannot do justice, by the range of their numbers or by what
 * the rounding of entries does to their predictions, are solved again by its companion in double precision, one by one, where they are of
 * moderate size; beyond that they carry a warning.
 */
export const solveBatch = async (backend: Backend, points: readonly LazyPoint[], run: Run): Promise<readonly (LazyKernel | Problem)[]> => {
  const double = backend.double && isModerate(backend.double, points[0] as LazyPoint) ? backend.double : undefined;
  const results: (LazyKernel | Problem | undefined)[] = points.map(() => undefined);
  const isTried = (point: LazyPoint): boolean => !double || isInRange(backend, point.task, point.parameters);
  const tried = points.flatMap((point, index) => (isTried(point) ? [index] : []));
  await resultsOf(results, async () => {
    if (tried.length > 0) {
      const own = tried.map((index) => points[index] as LazyPoint);
      const attempts = await attempt(backend, backend, own, run);
      attempts.forEach(({ result, rough }, at) => {
        if (!rough || !double) results[tried[at] as number] = result;
        else if (result instanceof LazyKernel) result[Symbol.dispose]();
      });
    }
    for (const [index, point] of points.entries()) {
      if (results[index] || !double) continue;
      const [again] = await attempt(backend, double, [point], run);
      results[index] = again?.result;
      await double.yieldToDevice();
      run.signal.throwIfAborted();
    }
  });
  return results as (LazyKernel | Problem)[];
};

/** Tenths of a second that the kernel, and the factor, of one point may take in double precision. */
const mostInDouble = 20;

const isModerate = (double: Backend, { task, parameters }: LazyPoint): boolean => {
  const n = task.trainLabels.length;
  const rows = rowsAtATime(double, { ...parameters, variance: 1 }, n, task.dimension);
  return n <= mostInDouble * rows && n ** 3 / 3 <= 5 * double.workLimit;
};

/** Tenths of a second that solves may take before a stop is heard. */
const solvedAtOnce = 4;

/** Points whose systems of n examples, factor and inverse of each, are solved at once. */
const pointsAtOnce = (engine: Backend, n: number): number => Math.max(1, Math.floor((solvedAtOnce * engine.workLimit) / (2 * n ** 3)));

/** Solves points on `engine`, for use on `backend`; some at a time, between which a stop is heard. */
const attempt = async (backend: Backend, engine: Backend, points: readonly LazyPoint[], run: Run): Promise<readonly Attempt[]> => {
  const { parameters, variance } = points[0] as LazyPoint;
  const variances = points.map((point) => point.variance);
  const recipe: Recipe = { ...parameters, variance: variances.every((value) => value === variance) ? variance : variances };
  const tasks = points.map(({ task }) => task);
  using inputs = stackInputs(engine, tasks);
  using kernel = await lazyKernelInParts(engine, recipe, inputs, run);
  const numbers = engine === backend ? undefined : await engine.read(kernel);
  const attempts: Attempt[] = [];
  using made = new Owned();
  const most = pointsAtOnce(engine, kernel.rows);
  for (let first = 0; first < points.length; first += most) {
    if (first > 0) await engine.yieldToDevice();
    run.signal.throwIfAborted();
    const some = points.slice(first, first + most);
    const [start, count] = kernel.batch === 1 ? [0, 1] : [first, some.length];
    using own = engine.slice(kernel, start, count);
    attempts.push(...(await attemptOn(backend, engine, some, own, numbers?.subarray(start * kernel.rows ** 2))));
    for (const { result } of attempts.slice(first)) if (result instanceof LazyKernel) made.keep(result);
  }
  made.handOver();
  return attempts;
};

/** Solves points on kernels, [B or 1, P, P]; `numbers` are theirs where `backend` is another one than `engine`. */
const attemptOn = async (
  backend: Backend,
  engine: Backend,
  points: readonly LazyPoint[],
  kernel: Matrix,
  numbers: Float64Array | undefined,
): Promise<readonly Attempt[]> => {
  const temperatures = points.map((point) => point.parameters.temperature);
  const rightSides = points.map((point) => point.task.trainLabels);
  using solves = await solveSystems(engine, kernel, temperatures, rightSides, {
    jitter: points.map((point) => point.parameters.jitter ?? 'off'),
    refuseSingular: true,
  });
  const { systems, reports } = solves;
  using inverse = engine.inverse(systems.factor);
  using diagonals = engine.diagonal(kernel);
  const [dimensions, entries] = await Promise.all([effectiveDimensions(engine, inverse, systems.ridges), engine.read(diagonals)]);
  const n = kernel.rows;
  return points.map((point, index): Attempt => {
    const { failure, solution, jitter, ...report } = reports[index] as (typeof reports)[number];
    const { task, parameters: asked } = point;
    if (failure) return { result: notPositive(failure, asked.jitter !== 'auto'), rough: true };
    const at = kernel.batch === 1 ? 0 : index;
    const effectiveDimension = dimensions[index] ?? NaN;
    const accuracy = entryReport(engine, {
      task,
      parameters: asked,
      diagonal: entries.subarray(at * n, (at + 1) * n),
      dual: solution,
      ridge: systems.ridges[index] ?? NaN,
      effectiveDimension,
    });
    const health = {
      residual: report.residual,
      condition: report.condition,
      backwardError: report.backwardError,
      refinements: report.steps,
      ...(jitter.added > 0 && { jitter: jitter.added }),
      effectiveDimension,
      entries: accuracy.entries,
    };
    const warnings = [
      ...(isInRange(engine, task, asked) ? [] : [rangeWarning]),
      ...jitterWarnings(systems, index),
      ...(report.converged ? [] : [unrefined(report)]),
      ...entryWarnings(engine, accuracy),
    ];
    const own = engine.slice(kernel, at);
    const train = numbers ? backend.upload({ rows: n, columns: n }, numbers.subarray(at * n * n, (at + 1) * n * n)) : own;
    const result = new LazyKernel(backend, { ...point, engine, own, dual: solution, health, warnings }, train);
    return { result, rough: isRough(accuracy) || jitter.added > 0 || !report.converged };
  });
};

/** What is said of a solve that stopped short of double precision. */
const unrefined = ({ backwardError, steps, condition }: Pick<SolveReport, 'backwardError' | 'steps' | 'condition'>): string =>
  `the linear system could not be refined to double precision: backward error ${backwardError.toExponential(1)} after ${steps} ` +
  `corrections, for the condition number is ${condition.toExponential(1)}; raise temperature`;
