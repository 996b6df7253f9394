import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import { bayes } from '../../src/lib/theory/bayes';
import type { Task } from '../../src/lib/theory/theory';
import { deepLinear } from './deep-linear';
import { deepPlane } from './deep-quadrature';
import { meanSquare } from './plane';
import { bayesParameters, makeTask } from './task';

/** The tasks on which deep networks are compared: five examples in eight dimensions for linear ones, two for quadrature. */
export const deepTask: Task = makeTask(8, 5, 20, 1, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k), 0) / 2.2);
export const planeOfTwo: Task = makeTask(3, 2, 6, 3, ([a = 0, b = 0]) => Math.tanh(a - 0.7 * b + 0.3));

const temperature = 0.05;

export type DeepActivation = 'linear' | 'erf' | 'relu' | 'tanh';

/** A deep source by particles beside its independent evaluation. */
export interface DeepComparison {
  /** What the independent evaluation leaves over of its equations. */
  readonly left: number;
  /** The largest difference of an entry of Φ^L, relative to the largest. */
  readonly kernel: number;
  readonly exact: number;
  readonly test: number;
  readonly stderr: number;
  readonly virial: number;
  readonly warnings: readonly string[];
}

/** Linear networks of any depth against matrices, others (depth 2) against quadrature. Disposes of what it makes. */
export async function compareDeep(
  backend: Backend,
  activation: DeepActivation,
  depth: number,
  gamma: number,
  particles: number,
): Promise<DeepComparison> {
  const linear = activation === 'linear';
  const task = linear ? deepTask : planeOfTwo;
  const exact = linear ? deepLinear(task, depth, gamma, temperature) : deepPlane(activation, task, gamma, temperature);
  const wanted =
    'kernels' in exact ? (exact.kernels[depth - 1] ?? []).flat() : [exact.second[0], exact.second[1], exact.second[1], exact.second[2]];
  const parameters = { ...bayesParameters, activation, depth, gamma, temperature, particles, solver: 'particles' as const };
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const [result] = await bayes.source(backend, [{ task, parameters }], run);
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  using kernel = result;
  const block = await backend.read(kernel.train);
  const scale = Math.max(...wanted.map(Math.abs));
  const { test, stderr } = await kernel.errors(run);
  return {
    left: exact.left,
    kernel: Math.max(...wanted.map((value, i) => Math.abs(value - (block[i] ?? NaN)))) / scale,
    exact: meanSquare(exact.test, task.testLabels),
    test,
    stderr: stderr?.test ?? NaN,
    virial: kernel.health.virial ?? NaN,
    warnings: kernel.warnings,
  };
}
