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

export const meanSquare = (f: readonly number[], y: Float64Array): number =>
  f.reduce((sum, value, i) => sum + (value - (y[i] ?? NaN)) ** 2, 0) / f.length;
