import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import { bayes } from '../../src/lib/theory/bayes';
import type { Task, TrainedKernel } from '../../src/lib/theory/theory';
import { meanSquare, pairs, planeSource, planeTarget } from './plane';
import { quadraturePredict, quadratureSource, quadratureTarget } from './quadrature';
import { bayesParameters } from './task';

export type PlaneActivation = 'erf' | 'relu' | 'tanh';

export const planeDeltas = [0.1, 1, 10] as const;

const temperature = 0.05;

// Smooth densities converge spectrally; relu has a kink, and tails that reach further.
const grids = { erf: { halfWidth: 8, points: 65 }, tanh: { halfWidth: 8, points: 65 }, relu: { halfWidth: 11, points: 111 } } as const;

/** What is learned first and what second. */
export type Tasks = readonly [source: Task, target: Task];

const planeTasks: Tasks = [planeSource, planeTarget];

/** Test errors of the source and of a target at each δ, by quadrature. */
export function exactErrors(activation: PlaneActivation, gamma: number, [first, second] = planeTasks): number[] {
  const common = { activation, gamma, temperature };
  const source = quadratureSource({ ...common, inputs: pairs(first.trainInputs), labels: [...first.trainLabels] }, grids[activation]);
  const target = { ...common, inputs: pairs(second.trainInputs), labels: [...second.trainLabels] };
  const laws = planeDeltas.map((delta) => quadratureTarget(target, delta, source));
  return [
    meanSquare(quadraturePredict(source, pairs(first.testInputs)), first.testLabels),
    ...laws.map((law) => meanSquare(quadraturePredict(law, pairs(second.testInputs)), second.testLabels)),
  ];
}

/** The test error of one kernel by particles beside the exact one. */
export interface Comparison {
  readonly exact: number;
  readonly test: number;
  readonly stderr: number;
  readonly warnings: readonly string[];
}

/** Source and targets by particles, beside quadrature. Disposes of what it makes. */
export async function compareWithQuadrature(
  backend: Backend,
  activation: PlaneActivation,
  gamma: number,
  particles: number,
  tasks = planeTasks,
): Promise<Comparison[]> {
  const exact = exactErrors(activation, gamma, tasks);
  const [sourceTask, targetTask] = tasks;
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const parameters = { ...bayesParameters, activation, gamma, temperature, particles };
  const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
    if (!result || result instanceof Problem) throw result ?? new Error('no result');
    return result;
  };
  const [first] = await bayes.source(backend, [{ task: sourceTask, parameters }], run);
  const source = solved(first);
  const points = planeDeltas.map((delta) => ({ source, delta, task: targetTask, parameters }));
  const kernels = [source, ...(await bayes.target(backend, points, run)).map(solved)];
  const comparisons: Comparison[] = [];
  for (const [index, kernel] of kernels.entries()) {
    const { test, stderr } = await kernel.errors(run);
    comparisons.push({ exact: exact[index] ?? NaN, test, stderr: stderr?.test ?? NaN, warnings: kernel.warnings });
  }
  for (const kernel of kernels) kernel[Symbol.dispose]();
  return comparisons;
}

/** How often the error of a point came within two of its standard errors of the exact one; source first, then a target at each δ. */
export async function coverage(
  backend: Backend,
  activation: PlaneActivation,
  gamma: number,
  particles: number,
  seeds: number,
): Promise<number[]> {
  const exact = exactErrors(activation, gamma);
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const covered = exact.map(() => 0);
  for (let seed = 1; seed <= seeds; seed++) {
    const parameters = { ...bayesParameters, activation, gamma, temperature, particles, seed };
    const [source] = await bayes.source(backend, [{ task: planeSource, parameters }], run);
    if (!source || source instanceof Problem) throw source ?? new Error('no result');
    const targets = await bayes.target(
      backend,
      planeDeltas.map((delta) => ({ source, delta, task: planeTarget, parameters })),
      run,
    );
    for (const [index, kernel] of [source, ...targets].entries()) {
      if (kernel instanceof Problem) throw kernel;
      using each = kernel;
      const { test, stderr } = await each.errors(run);
      if (Math.abs(test - (exact[index] ?? NaN)) < 2 * (stderr?.test ?? NaN)) covered[index] = (covered[index] ?? 0) + 1;
    }
  }
  return covered.map((count) => count / seeds);
}
