import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import { bayes } from '../../src/lib/theory/bayes';
import type { SourceParameters, Task, TrainedKernel } from '../../src/lib/theory/theory';
import { meanSquare, pairs, planeSource, planeTarget } from './plane';
import { quadraturePredict, quadratureSource, quadratureTarget } from './quadrature';
import { bayesParameters } from './task';

export type PlaneActivation = 'erf' | 'relu' | 'tanh';

const planeDeltas = [0.1, 1, 10] as const;

const temperature = 0.05;

// Smooth densities converge spectrally; relu has a kink, and tails that reach further.
const grids = { erf: { halfWidth: 8, points: 65 }, tanh: { halfWidth: 8, points: 65 }, relu: { halfWidth: 11, points: 111 } } as const;

/** For a source of relu alone, where a finer grid costs little: by its kinks the coarser one is 2e-4 of the error off, this one 1e-7. */
const fineGrid = { halfWidth: 11, points: 441 } as const;

/** What is learned first and what second. */
export type Tasks = readonly [source: Task, target: Task];

export const planeTasks: Tasks = [planeSource, planeTarget];

/** Test errors of the source and of a target at each δ, by quadrature. */
export function exactErrors(activation: PlaneActivation, gamma: number, [first, second] = planeTasks): number[] {
  const common = { activation, gamma, temperature };
  const problem = { ...common, inputs: pairs(first.trainInputs), labels: [...first.trainLabels] };
  const source = quadratureSource(problem, grids[activation]);
  const alone = activation === 'relu' ? quadratureSource(problem, fineGrid) : source;
  const target = { ...common, inputs: pairs(second.trainInputs), labels: [...second.trainLabels] };
  const laws = planeDeltas.map((delta) => quadratureTarget(target, delta, source));
  return [
    meanSquare(quadraturePredict(alone, pairs(first.testInputs)), first.testLabels),
    ...laws.map((law) => meanSquare(quadraturePredict(law, pairs(second.testInputs)), second.testLabels)),
  ];
}

/** The test error of one kernel by particles beside the exact one. */
export interface Comparison {
  readonly exact: number;
  readonly test: number;
  readonly stderr: number;
  readonly warnings: readonly string[];
  /** Whether particles moved; otherwise its law was found by quadrature over the directions of its inputs. */
  readonly moved: boolean;
}

/** How the law is found, and by how many particles: those that move, or those that carry a law over two directions to test examples. */
export type Sampling = Pick<SourceParameters, 'particles'> & Partial<Pick<SourceParameters, 'solver' | 'seed'>>;

/** Source and targets by particles, beside the exact errors. Disposes of what it makes. */
export async function compareWithExact(
  backend: Backend,
  [activation, gamma, [sourceTask, targetTask]]: readonly [activation: PlaneActivation, gamma: number, tasks: Tasks],
  exact: readonly number[],
  sampling: Sampling,
): Promise<Comparison[]> {
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const parameters = { ...bayesParameters, activation, gamma, temperature, ...sampling };
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
    const moved = kernel.health.nodes === undefined;
    comparisons.push({ exact: exact[index] ?? NaN, test, stderr: stderr?.test ?? NaN, warnings: kernel.warnings, moved });
  }
  for (const kernel of kernels) kernel[Symbol.dispose]();
  return comparisons;
}
