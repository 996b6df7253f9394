import { expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Run } from '$lib/base/run';
import { disposeNeurons, drawNeurons } from '$lib/theory/flow/draw';
import { FlowEnsemble, type FlowPoint } from '$lib/theory/flow/ensemble';
import { startOf } from '$lib/theory/flow/start';
import { meanOutputs } from '$lib/theory/flow/output';
import { Slices } from '$lib/theory/slices';
import { bayesParameters, makeTask } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const label = ([a = 0, b = 0]: readonly number[]): number => Math.tanh(a + b);
const parameters = { ...bayesParameters, gamma: 2, weightDecay: 0.1, particles: 64 };
const deltas = [0, 0.7, 40, Infinity];

it.each(['one start and one task', 'starts and tasks of their own'])(
  'outputs of neurons that move within the span of the inputs are those of their weights in all dimensions: %s',
  async (shared) => {
    const backend = createReferenceBackend();
    const own = shared !== 'one start and one task';
    const tasks = deltas.map((_, b) => makeTask(12, 5, 9, own ? b : 1, label));
    const starts = await Promise.all(deltas.map((_, b) => drawNeurons(backend, 64, 12, own ? b : 1)));
    const points = deltas.map((delta, b): FlowPoint => {
      const [task, neurons] = own ? [tasks[b], starts[b]] : [tasks[0], starts[0]];
      if (!task || !neurons) throw new Error('a point was lost');
      return {
        task,
        parameters,
        delta,
        start: { ...neurons, task, gamma: 1, prior: 1, stage: 0, shifted: false, groups: undefined },
        readout: 'fresh',
        centred: true,
      };
    });
    const inputs = points.map(({ task }) => task.testInputs);
    {
      using ensemble = await FlowEnsemble.start(backend, backend, points, await startOf(backend, points, 64));
      await ensemble.centre(run);
      const offsets = await ensemble.offsets(inputs, run);
      expect(await ensemble.outputs([0, 0, 0, 0], inputs, run)).toEqual(offsets);
      const steps = deltas.map(() => [{ dt: 0.02, stages: 3 }]);
      await ensemble.advance(steps, new Slices(backend, run, 1), 1);
      const times = deltas.map(() => 0.02);
      const seen = await ensemble.outputs(times, inputs, run);
      using weights = ensemble.weightsAt(times);
      const whole = await meanOutputs(backend, 'erf', weights, ensemble.state.readout, inputs, run);
      seen.forEach((f, i) => {
        expect(f).toBeCloseTo((whole[i] ?? NaN) / parameters.gamma, 13);
      });
      expect(seen).not.toEqual(offsets);
    }
    for (const neurons of starts) disposeNeurons(neurons);
    expect(backend.liveBytes).toBe(0);
  },
);
