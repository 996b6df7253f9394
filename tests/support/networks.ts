import type { Run } from '$lib/base/run';
import type { NetworkEnsemble, NetworkPoint, NetworkResult, NetworkTask } from '$lib/theory/networks/networks';
import type { Task } from '$lib/theory/theory';
import { makeTask } from './task';

export const quietly = (signal = new AbortController().signal): Run => ({ signal, progress: () => undefined, quality: 'fine' });

export const stage = (task: Task, given: Partial<NetworkTask> = {}): NetworkTask => ({
  task,
  gamma: 1,
  temperature: 0.1,
  weightDecay: 0,
  time: 1,
  ...given,
});

export const networkPoint = (source: NetworkTask, target: NetworkTask, given: Partial<NetworkPoint> = {}): NetworkPoint => ({
  theory: 'flow',
  method: 'gradient',
  activation: 'erf',
  depth: 1,
  source,
  target,
  delta: 0.5,
  readout: 'fresh',
  width: 16,
  seeds: 2,
  seed: 1,
  burnIn: 10,
  samples: 20,
  thinning: 1,
  ...given,
});

/** Two small tasks whose teachers overlap. */
export const pair = (dimension = 3, train = 6, test = 5): [Task, Task] => [
  makeTask(dimension, train, test, 1, ([x = 0, y = 0]) => x + 0.5 * y),
  makeTask(dimension, train, test, 2, ([x = 0, y = 0]) => x - 0.5 * y),
];

/** Goes on to the end and answers the results; a problem is thrown. */
export const finish = async (ensemble: NetworkEnsemble): Promise<NetworkResult[]> => {
  await ensemble.advance(quietly());
  return (await ensemble.results()).map((result) => {
    if (result instanceof Error) throw result;
    return result;
  });
};
