import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import type { Run } from '../../src/lib/base/run';
import { flow } from '../../src/lib/theory/flow';
import type { SourceParameters, TargetPoint, Task, TrainedKernel } from '../../src/lib/theory/theory';
import { flowParameters } from './exact-flow';
import { planeSource, planeTarget } from './plane';

/** A run that nobody stops or watches. */
export const quietRun: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };

/** The kernel. @throws the problem where there is none */
export const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};

/** Parameters of a flow of few particles. */
export const quickFlow = { ...flowParameters, particles: 256 };

/** Kernels of gradient flow on a backend, of the tasks in two dimensions where none is given. */
export const flowOn = (backend: Backend) => ({
  source: async (parameters: SourceParameters, task: Task = planeSource): Promise<TrainedKernel> =>
    solved((await flow.source(backend, [{ task, parameters }], quietRun))[0]),
  target: async (from: TrainedKernel, rest: Partial<TargetPoint> = {}): Promise<TrainedKernel> =>
    solved(
      (await flow.target(backend, [{ source: from, delta: 0.5, task: planeTarget, parameters: from.parameters, ...rest }], quietRun))[0],
    ),
});

/** The mean square error of a prediction. */
export const errorOf = (prediction: Float64Array, labels: Float64Array): number =>
  prediction.reduce((sum, f, i) => sum + (f - labels[i]!) ** 2, 0) / labels.length;
