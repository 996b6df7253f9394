import type { FlowProblem, FlowState, FlowStep, Matrix } from '$lib/backend/backend';
import { centreOf, rowsOf } from '$lib/backend/chebyshev';
import { shapeText } from '../matrix';
import { tableFields } from './flow-kernels';

/** B sweep points, M particles of D weights, P examples. */
export interface FlowSizes {
  readonly batch: number;
  readonly particles: number;
  readonly dimension: number;
  readonly examples: number;
}

/** Sizes of a flow; shapes that do not fit throw (a bug of the caller). */
export function flowSizes(
  { points, inputs, labels, anchor }: FlowProblem,
  state: FlowState,
  steps: readonly unknown[],
  path?: Matrix,
): FlowSizes {
  const batch = points.length;
  const { rows: particles, columns: dimension } = state.weights;
  const examples = inputs.rows;
  const expect = (matrix: Matrix, rows: number, columns: number, shared: boolean, what: string): void => {
    const fits = matrix.rows === rows && matrix.columns === columns && (matrix.batch === batch || (shared && matrix.batch === 1));
    if (!fits) throw new Error(`${what} of the flow should be ${shapeText({ batch, rows, columns })}, is ${shapeText(matrix)}`);
  };
  expect(state.weights, particles, dimension, false, 'weights');
  expect(state.readout, particles, 1, false, 'readout');
  expect(inputs, examples, dimension, true, 'inputs');
  expect(labels, examples, 1, true, 'labels');
  if (anchor) expect(anchor, particles, dimension, true, 'anchor');
  else if (points.some(({ delta }) => delta !== 0 && delta !== Infinity)) throw new Error('a coupling delta needs an anchor');
  if (path) expect(path, particles, 1, false, 'path');
  if (steps.length !== batch) throw new Error('the flow needs the steps of every sweep point');
  return { batch, particles, dimension, examples };
}

/** A row of numbers for each evaluation of each point, [B, evaluations, `tableFields`]: those of `chebyshev.ts`, then 1/(γM), γ and the centre. */
export function flowTable(
  points: FlowProblem['points'],
  steps: readonly (readonly FlowStep[])[],
  particles: number,
): { readonly evaluations: number; readonly numbers: Float32Array<ArrayBuffer> } {
  const rows = points.map(({ decay, delta }, b) => rowsOf(steps[b] ?? [], decay, delta));
  const evaluations = rows.reduce((most, { length }) => Math.max(most, length), 0);
  const numbers = new Float32Array(points.length * evaluations * tableFields);
  const idle = new Array<number>(12).fill(0);
  points.forEach(({ gamma, decay, delta }, b) => {
    const tail = [1 / (gamma * particles), gamma, centreOf(decay, delta)];
    for (let e = 0; e < evaluations; e++) numbers.set([...(rows[b]?.[e] ?? idle), ...tail], (b * evaluations + e) * tableFields);
  });
  return { evaluations, numbers };
}
