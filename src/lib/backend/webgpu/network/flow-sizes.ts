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

/** A row of numbers for each evaluation of each point, [B, evaluations, `tableFields`]. */
export function flowTable(
  points: FlowProblem['points'],
  steps: readonly (readonly FlowStep[])[],
  particles: number,
): { readonly evaluations: number; readonly numbers: Float32Array<ArrayBuffer> } {
  const rows = points.map(({ decay, delta }, b) => rowsOf(steps[b] ?? [], decay, delta));
  const evaluations = rows.reduce((most, { length }) => Math.max(most, length), 0);
  const numbers = new Float32Array(points.length * evaluations * tableFields.size);
  const { at, size } = tableFields;
  points.forEach(({ gamma, decay, delta }, b) => {
    for (let e = 0; e < evaluations; e++) {
      const row = numbers.subarray((b * evaluations + e) * size, (b * evaluations + e + 1) * size);
      // Rows without numbers of their own stay 0, which is the idle kind.
      row.set(rows[b]?.[e] ?? [], at.kind);
      row[at.outputScale] = 1 / (gamma * particles);
      row[at.gamma] = gamma;
      row[at.centre] = centreOf(decay, delta);
    }
  });
  return { evaluations, numbers };
}
