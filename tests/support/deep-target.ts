import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import type { Run } from '../../src/lib/base/run';
import { DeepKernel } from '../../src/lib/theory/bayes/deep/deep-kernel';
import { deepKernels } from '../../src/lib/theory/bayes/deep/solve';
import type { DeepTargetKernel } from '../../src/lib/theory/bayes/deep/target/deep-target-kernel';
import type { DeepTargetPoint } from '../../src/lib/theory/bayes/deep/target/run-target';
import { deepTargets } from '../../src/lib/theory/bayes/deep/target/solve-target';
import type { SourceParameters, Task } from '../../src/lib/theory/theory';
import { makeTask } from './task';

export const still: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };

const alike = 0.8;
const teacher = [0.3, -1.2, 0.8, 0.5, -0.9, 1.4, 0.1, -0.7];
const apart = [1, 0.4, -0.6, 1.2, 0.5, 0.2, -1.5, -0.3];
const rule =
  (share: number) =>
  (x: readonly number[]): number =>
    x.reduce((sum, value, k) => sum + value * (share * (teacher[k] ?? 0) + Math.sqrt(1 - share * share) * (apart[k] ?? 0)), 0) /
    Math.sqrt(x.length);

/** Six source and four target examples in eight dimensions, as in the tables of docs/deep-transfer.md; the inputs are others. */
export const sixByFour: { readonly source: Task; readonly target: Task } = {
  source: makeTask(8, 6, 4, 1, rule(1)),
  target: makeTask(8, 4, 12, 2, rule(alike)),
};

/** A deep source by particles. */
export async function deepSource(backend: Backend, task: Task, parameters: SourceParameters, run = still): Promise<DeepKernel> {
  const [result] = await deepKernels(backend, [{ task, parameters }], run);
  if (!(result instanceof DeepKernel)) throw result ?? new Error('no result');
  return result;
}

export async function deepTarget(backend: Backend, point: DeepTargetPoint, run = still): Promise<DeepTargetKernel> {
  const [result] = await deepTargets(backend, [point], run);
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
}

/** |a − b|/|b|. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const [x, y] = [Array.from(a), Array.from(b)];
  return Math.hypot(...y.map((value, i) => value - (x[i] ?? NaN))) / Math.hypot(...y);
};
