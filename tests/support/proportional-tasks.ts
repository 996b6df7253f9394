import type { Backend } from '../../src/lib/backend/backend';
import { createReferenceBackend } from '../../src/lib/backend/reference/reference';
import { proportional } from '../../src/lib/theory/proportional';
import type { SourceParameters, Task, TrainedKernel } from '../../src/lib/theory/theory';
import { quietRun, solved } from './kernels';
import { bayesParameters, makeTask } from './task';

export const usual: SourceParameters = { ...bayesParameters, temperature: 0.1, width: 60 };

export const [sourceTask, targetTask] = [
  makeTask(8, 30, 6, 1, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k), 0) / 2),
  makeTask(8, 14, 7, 2, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k + 0.6), 0) / 2 + 0.3 * Math.sin(3 * (x[0] ?? 0))),
] as const;

export const solveSource = async (
  task: Task,
  parameters: SourceParameters,
  backend: Backend = createReferenceBackend(),
): Promise<TrainedKernel> => solved((await proportional.source(backend, [{ task, parameters }], quietRun))[0]);

/** A field of the kernel by its name; NaN where it has none. */
export const field = (kernel: TrainedKernel, name: string): number => kernel.fields?.[name] ?? NaN;
