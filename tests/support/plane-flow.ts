import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import type { Run } from '../../src/lib/base/run';
import { flow } from '../../src/lib/theory/flow';
import type { TrainedKernel } from '../../src/lib/theory/theory';
import { exactFlow, flowDeltas, flowParameters } from './exact-flow';
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

/** How the standard errors of a kernel's test error fare over seeds. */
export interface FlowCoverage {
  /** Seeds whose result came within two of its standard errors of the exact one. */
  readonly covered: number;
  /** Root mean square of the standard errors over the spread of the results. */
  readonly width: number;
}

/** Source first, then a target at each δ. */
export async function flowCoverage(backend: Backend, particles: number, seeds: number, deltas: readonly number[]): Promise<FlowCoverage[]> {
  const runs: FlowComparison[][] = [];
  for (let seed = 1; seed <= seeds; seed++) runs.push(await sampledFlow(backend, 0, particles, seed, deltas));
  return exactFlow(0, deltas).map((exact, i) => {
    const results = runs.flatMap((comparisons) => comparisons.slice(i, i + 1));
    const mean = results.reduce((sum, { test }) => sum + test, 0) / seeds;
    const spread = results.reduce((sum, { test }) => sum + (test - mean) ** 2, 0) / (seeds - 1);
    const reported = results.reduce((sum, { stderr }) => sum + stderr ** 2, 0) / seeds;
    return {
      covered: results.filter(({ test, stderr }) => Math.abs(test - exact) < 2 * stderr).length,
      width: Math.sqrt(reported / spread),
    };
  });
}
