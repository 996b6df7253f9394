import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import type { Run } from '../../src/lib/base/run';
import { flow } from '../../src/lib/theory/flow';
import type { TrainedKernel } from '../../src/lib/theory/theory';
import { flowDeltas, flowParameters } from './exact-flow';
import { planeSource, planeTarget } from './plane';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };

export interface FlowComparison {
  readonly test: number;
  readonly stderr: number;
  readonly balance: number;
  readonly warnings: readonly string[];
}

const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};

/** The same by particles. Disposes of what it makes. */
export async function sampledFlow(
  backend: Backend,
  weightDecay: number,
  particles: number,
  seed = 1,
  deltas: readonly number[] = flowDeltas,
): Promise<FlowComparison[]> {
  const parameters = { ...flowParameters, weightDecay, particles, seed };
  const [first] = await flow.source(backend, [{ task: planeSource, parameters }], run);
  const source = solved(first);
  const points = deltas.map((delta) => ({ source, delta, task: planeTarget, parameters }));
  const kernels = [source, ...(await flow.target(backend, points, run)).map(solved)];
  const comparisons: FlowComparison[] = [];
  for (const kernel of kernels) {
    const { test, stderr } = await kernel.errors(run);
    comparisons.push({ test, stderr: stderr?.test ?? NaN, balance: kernel.health.balance ?? NaN, warnings: kernel.warnings });
  }
  for (const kernel of kernels) kernel[Symbol.dispose]();
  return comparisons;
}
