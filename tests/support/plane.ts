import type { Task } from '../../src/lib/theory/theory';
import { makeTask } from './task';

/** The two-dimensional tasks on which particles are compared with quadrature: source and target lean different ways. */
const label =
  (a: number, b: number) =>
  (x: readonly number[]): number => {
    const [x0 = 0, x1 = 0] = x;
    return Math.tanh(1.5 * (a * x0 + b * x1)) + 0.1 * x0 * x1;
  };

export const planeSource: Task = makeTask(2, 8, 40, 3, label(0.9, 0.4));
export const planeTarget: Task = makeTask(2, 5, 40, 4, label(0.5, 0.85));

/** Rows of a [P, 2] array as pairs. */
export const pairs = (x: Float64Array): (readonly [number, number])[] =>
  Array.from({ length: x.length / 2 }, (_, i) => [x[2 * i] ?? NaN, x[2 * i + 1] ?? NaN] as const);

const sign =
  (a: number, b: number) =>
  (x: readonly number[]): number => {
    const [x0 = 0, x1 = 0] = x;
    return Math.sign(a * x0 + b * x1);
  };

/** These inputs, and tests as `makeTask` draws them. */
const classes = (seed: number, a: number, b: number, inputs: readonly number[]): Task => {
  const trainInputs = Float64Array.from(inputs);
  const trainLabels = Float64Array.from(pairs(trainInputs), sign(a, b));
  return { ...makeTask(2, trainLabels.length, 40, seed, sign(a, b)), trainInputs, trainLabels };
};

/** The dual is larger, and the density of a rich network has wells between which particles are slow to move. */
export const classSource: Task = classes(
  1,
  1,
  0.5,
  [0.35, 0.82, 0.33, -1.3, 0.91, 0.45, -0.54, 0.58, 0.36, 0.29, 0.03, 0.55, -0.74, -0.16, -0.48, 0.6],
);
export const classTarget: Task = classes(2, 1, 0, [-0.14, 0.03, -1.43, 0.33, -0.65, 0.86, -0.13, 0.67, 1.22, 0.38, -0.88, -1.51]);

export const meanSquare = (f: readonly number[], y: Float64Array): number =>
  f.reduce((sum, value, i) => sum + (value - (y[i] ?? NaN)) ** 2, 0) / f.length;
