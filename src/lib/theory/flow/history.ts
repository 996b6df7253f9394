import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { kernelAlignment, labelKernel } from '$lib/theory/alignment';
import { FlowEnsemble, type FlowPoint } from '$lib/theory/flow/ensemble';
import { integrate, progressOf } from '$lib/theory/flow/integrate';
import { meanOutputs } from '$lib/theory/flow/output';
import { planFor } from '$lib/theory/flow/schedule';
import { startOf } from '$lib/theory/flow/start';
import { testErrors } from '$lib/theory/flow/test-errors';
import { Slices } from '$lib/theory/slices';
import type { History, HistoryPoint } from '$lib/theory/theory';

/**
 * Repeats the run of one point and records its figures on the way. Steps and random numbers are the same, so that it ends where the first
 * run did.
 */
export async function history(backend: Backend, point: FlowPoint, particles: number, run: Run): Promise<History> {
  const plan = planFor(run.quality, particles);
  using ensemble = await FlowEnsemble.start(backend, backend, [point], await startOf(backend, [point], particles));
  await ensemble.centre(run);
  const { task, start } = point;
  const offsets = await ensemble.offsets([task.testInputs], run);
  const labels = labelKernel(task.trainLabels);
  const points: HistoryPoint[] = [];
  const slices = new Slices(backend, run, progressOf(plan, 1, particles));
  await integrate(ensemble, plan, slices, async (_index, times, [own]) => {
    if (!own) throw new Error('a point of a flow was lost');
    const [test] = task.testLabels.length > 0 ? await testErrors(ensemble, times, [task.testInputs], offsets, run) : [];
    const kernel = await featureKernel(ensemble);
    const { alignment } = kernelAlignment(kernel, labels, task.trainLabels.length);
    const source = start && !start.shifted && start.task.testLabels.length > 0 ? await forgetting(ensemble, times, run) : undefined;
    points.push({
      time: times[0] ?? NaN,
      train: own.train,
      alignment,
      ...(test !== undefined && { test }),
      ...(source !== undefined && { source }),
    });
  });
  return points;
}

async function featureKernel({ backend, problem, state, particles }: FlowEnsemble): Promise<Float64Array> {
  await backend.yieldToDevice();
  using values = backend.features(problem.activation, state.weights, problem.inputs).values;
  await backend.yieldToDevice();
  using kernel = backend.product(values, values, { transposeA: true, alpha: 1 / particles });
  await backend.yieldToDevice();
  return await backend.read(kernel);
}

/**
 * mean (f − y)² on the source's test set, of the source's own readout on the features as they are now, or, where the readout was kept, of
 * the readout as it is now.
 */
async function forgetting(ensemble: FlowEnsemble, times: readonly number[], run: Run): Promise<number> {
  const [point] = ensemble.points;
  if (!point?.start) throw new Error('a stage 2 without a stage 1');
  const { task, gamma, readout } = point.start;
  using weights = ensemble.weightsAt(times);
  const own: Matrix = point.readout === 'kept' ? ensemble.state.readout : readout;
  const outputs = await meanOutputs(ensemble.backend, point.parameters.activation, weights, own, [task.testInputs], run);
  return task.testLabels.reduce((sum, y, i) => sum + ((outputs[i] ?? NaN) / gamma - y) ** 2, 0) / task.testLabels.length;
}
