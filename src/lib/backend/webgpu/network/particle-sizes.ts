import type { Matrix, ParticleProblem, ParticleState } from '$lib/backend/backend';
import * as d from 'typegpu/data';
import { shapeText } from '../matrix';
import { packRows } from '../rows';

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

/** What the shaders know of a sweep point (theory.md §2): κ, e = exp(−a dt), the deviation σ of the noise, the gain b of the kick, and T. */
export const ParticlePoint = d.struct({ centre: d.f32, decay: d.f32, spread: d.f32, gain: d.f32, temperature: d.f32 });

/** The row of each sweep point for steps of length dt = step · pace. */
export const pointValues = ({ points }: ParticleProblem, step: number): Float32Array<ArrayBuffer> =>
  packRows(
    ParticlePoint,
    points.map(({ gamma, temperature, delta, pace = 1 }) => {
      const dt = step * pace;
      const a = 1 + delta;
      const centre = delta === Infinity ? 1 : delta / a;
      const spread = Math.sqrt(-Math.expm1(-2 * a * dt) / a);
      const gain = (gamma * gamma * -Math.expm1(-a * dt)) / a;
      return { centre, decay: Math.exp(-a * dt), spread, gain, temperature };
    }),
  );
