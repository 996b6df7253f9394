import type { FlowProblem, FlowState, FlowStep, Matrix } from '$lib/backend/backend';
import { centreOf, idleStage, stagesOf } from '$lib/backend/chebyshev';
import { shapeText } from '../matrix';
import { packRows } from '../rows';
import { FlowRow } from './flow-kernels';

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

/** A `FlowRow` for each evaluation of each point, [B, evaluations]; points with fewer steps are idle after theirs. */
export function flowTable(
  points: FlowProblem['points'],
  steps: readonly (readonly FlowStep[])[],
  particles: number,
): { readonly evaluations: number; readonly numbers: Float32Array<ArrayBuffer> } {
  const stages = points.map(({ decay, delta }, b) => stagesOf(steps[b] ?? [], decay, delta));
  const evaluations = stages.reduce((most, { length }) => Math.max(most, length), 0);
  const rows = points.flatMap(({ gamma, decay, delta }, b) =>
    Array.from({ length: evaluations }, (_, e) => ({
      ...(stages[b]?.[e] ?? idleStage),
      outputScale: 1 / (gamma * particles),
      gamma,
      centre: centreOf(decay, delta),
    })),
  );
  return { evaluations, numbers: packRows(FlowRow, rows) };
}
