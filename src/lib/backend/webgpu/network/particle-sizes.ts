import type { Matrix, ParticleProblem, ParticleState } from '$lib/backend/backend';
import { shapeText } from '../matrix';

/** B sweep points, M particles of D weights, P examples. */
export interface ParticleSizes {
  readonly batch: number;
  readonly particles: number;
  readonly dimension: number;
  readonly examples: number;
}

/** Sizes of a run; shapes that do not fit throw (a bug of the caller). */
export function particleSizes(problem: ParticleProblem, state: ParticleState, average: Matrix | undefined): ParticleSizes {
  const batch = problem.points.length;
  const { rows: particles, columns: dimension } = state.weights;
  const examples = problem.inputs.rows;
  const expect = (matrix: Matrix, rows: number, columns: number, shared: boolean, what: string): void => {
    const fits = matrix.rows === rows && matrix.columns === columns && (matrix.batch === batch || (shared && matrix.batch === 1));
    if (!fits) throw new Error(`${what} of the particles should be ${shapeText({ batch, rows, columns })}, is ${shapeText(matrix)}`);
  };
  expect(state.weights, particles, dimension, false, 'weights');
  expect(state.dual, examples, 1, false, 'dual');
  expect(problem.inputs, examples, dimension, true, 'inputs');
  expect(problem.labels, examples, 1, true, 'labels');
  expect(problem.gram, examples, examples, true, 'gram');
  if (problem.anchor) expect(problem.anchor, particles, dimension, true, 'anchor');
  else if (problem.points.some((point) => point.delta !== 0)) throw new Error('a coupling delta needs an anchor');
  if (average) expect(average, examples, 1, false, 'average');
  return { batch, particles, dimension, examples };
}

/** Numbers a sweep point has in the array of points (padded), in the order the shaders know them by. */
export const pointFields = 8;

/** κ, e, σ, b and T of each sweep point for steps of length dt = step · pace (theory.md §2), in double precision before they are rounded. */
export const pointValues = ({ points }: ParticleProblem, step: number): Float32Array<ArrayBuffer> => {
  const values = new Float32Array(points.length * pointFields);
  points.forEach(({ gamma, temperature, delta, pace = 1 }, index) => {
    const dt = step * pace;
    const a = 1 + delta;
    const centre = delta === Infinity ? 1 : delta / a;
    const spread = Math.sqrt(-Math.expm1(-2 * a * dt) / a);
    const gain = (gamma * gamma * -Math.expm1(-a * dt)) / a;
    values.set([centre, Math.exp(-a * dt), spread, gain, temperature], index * pointFields);
  });
  return values;
};
