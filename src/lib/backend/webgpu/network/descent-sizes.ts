import { linearStep } from '$lib/base/linear-step';
import type { DescentProblem, DescentState, Matrix } from '../../backend';
import * as d from 'typegpu/data';
import { shapeText } from '../matrix';
import { packRows } from '../rows';

/** What the shaders know of a network: its count of steps, keep, pull and gain·γ/√D of w, keep and gain·γ of v, and 1/(γN). */
export const DescentPoint = d.struct({
  count: d.f32,
  keep: d.f32,
  pull: d.f32,
  gain: d.f32,
  readoutKeep: d.f32,
  readoutGain: d.f32,
  outputScale: d.f32,
});

/** B networks of N neurons, D directions, P examples. */
export interface DescentSizes {
  readonly batch: number;
  readonly width: number;
  readonly dimension: number;
  readonly examples: number;
}

/** Sizes of a descent; shapes that do not fit throw (a bug of the caller). */
export const descentSizes = (
  { inputs, labels, base, anchor, points }: DescentProblem,
  { weights, readout }: DescentState,
): DescentSizes => {
  const sizes = { batch: points.length, width: weights.rows, dimension: weights.columns, examples: inputs.rows };
  const expect = (matrix: Matrix, rows: number, columns: number, shared: boolean, what: string): void => {
    const fits = matrix.rows === rows && matrix.columns === columns && (matrix.batch === sizes.batch || (shared && matrix.batch === 1));
    if (!fits)
      throw new Error(`${what} of the networks should be ${shapeText({ batch: sizes.batch, rows, columns })}, is ${shapeText(matrix)}`);
  };
  expect(weights, sizes.width, sizes.dimension, false, 'weights');
  expect(readout, sizes.width, 1, false, 'readout');
  expect(inputs, sizes.examples, sizes.dimension, true, 'inputs');
  expect(labels, sizes.examples, 1, true, 'labels');
  expect(base, sizes.examples, 1, false, 'base outputs');
  if (anchor) expect(anchor, sizes.width, sizes.dimension, false, 'anchor');
  else if (points.some((point) => point.delta !== 0)) throw new Error('a coupling delta needs an anchor');
  return sizes;
};

export const pointValues = ({ points }: DescentProblem, { width, dimension }: DescentSizes): Float32Array<ArrayBuffer> =>
  packRows(
    DescentPoint,
    points.map(({ gamma, delta, weightDecay, length, count }) => {
      const hidden = linearStep(delta, weightDecay, length);
      const readout = linearStep(0, weightDecay, length);
      return {
        count,
        keep: hidden.keep,
        pull: hidden.pull,
        gain: (hidden.gain * gamma) / Math.sqrt(dimension),
        readoutKeep: readout.keep,
        readoutGain: readout.gain * gamma,
        outputScale: 1 / (gamma * width),
      };
    }),
  );
