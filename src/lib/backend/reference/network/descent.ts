import { linearStep } from '$lib/base/linear-step';
import type { DescentProblem, DescentState } from '../../backend';
import { addProductTransposed, transposeInto, whole } from '../loops';
import { expectShape, own, ReferenceMatrix, type Counters } from '../matrix';
import { featuresInto } from '../particles';

/** Shapes of a descent, checked. */
export const descentSizes = ({ inputs, labels, base, anchor, points }: DescentProblem, state: DescentState) => {
  const { rows: width, columns: dimension } = state.weights;
  const batch = points.length;
  const examples = inputs.rows;
  expectShape(inputs, examples, dimension, 'inputs of the networks');
  expectShape(labels, examples, 1, 'labels of the networks');
  expectShape(base, examples, 1, 'base outputs of the networks');
  expectShape(state.readout, width, 1, 'readout of the networks');
  if (anchor) expectShape(anchor, width, dimension, 'anchor of the networks');
  else if (points.some((point) => point.delta !== 0)) throw new Error('a coupling delta needs an anchor');
  if ([state.weights, state.readout, base].some((matrix) => matrix.batch !== batch))
    throw new Error('weights, readout and base outputs need one entry a network');
  return { batch, width, examples, dimension };
};

/** Steps of the gradient descent of two-layer networks, in place, see `Backend.descend`. */
export const descend = (
  counters: Counters,
  problem: DescentProblem,
  state: DescentState,
  first: number,
  count: number,
): ReferenceMatrix => {
  const { inputs, labels, base, anchor, points } = problem;
  const { batch, width, examples, dimension } = descentSizes(problem, state);
  const status = ReferenceMatrix.zeros(counters, { batch, rows: 1, columns: 1 });
  const scratch = {
    values: new Float64Array(width * examples),
    slopes: new Float64Array(width * examples),
    residual: new Float64Array(examples),
    inputsTransposed: new Float64Array(examples * dimension),
  };
  for (let index = 0; index < batch; index++) {
    const x = own(inputs).entry(index);
    transposeInto(x, examples, dimension, scratch.inputsTransposed);
    const entry = {
      x,
      labels: own(labels).entry(index),
      base: own(base).entry(index),
      weights: own(state.weights).entry(index),
      readout: own(state.readout).entry(index),
      anchor: anchor && own(anchor).entry(index),
    };
    let lost = -1;
    const last = Math.min(first + count, points[index]!.count);
    for (let step = first; step < last; step++) {
      forward(problem, index, entry, scratch);
      if (lost < 0 && !scratch.residual.every(Number.isFinite)) lost = step;
      backward(points[index]!, entry, scratch);
    }
    if (first < last) {
      forward(problem, index, entry, scratch);
      if (lost < 0 && !scratch.residual.every(Number.isFinite)) lost = last;
    }
    status.entry(index)[0] = lost;
  }
  return status;
};

interface Entry {
  readonly x: Float64Array;
  readonly labels: Float64Array;
  readonly base: Float64Array;
  readonly weights: Float64Array;
  readonly readout: Float64Array;
  readonly anchor: Float64Array | undefined;
}

interface Scratch {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly residual: Float64Array;
  readonly inputsTransposed: Float64Array;
}

/** φ, φ′ and Δ at the weights as they are. */
const forward = (
  { activation, points }: DescentProblem,
  index: number,
  { x, labels, base, weights, readout }: Entry,
  scratch: Scratch,
): void => {
  const { values, slopes, residual } = scratch;
  const [examples, particles] = [labels.length, readout.length];
  featuresInto(activation, weights, x, { particles, examples, dimension: weights.length / particles }, values, slopes);
  residual.fill(0);
  for (let i = 0; i < particles; i++) for (let mu = 0; mu < examples; mu++) residual[mu]! += readout[i]! * values[i * examples + mu]!;
  const scale = 1 / (points[index]!.gamma * particles);
  for (let mu = 0; mu < examples; mu++) residual[mu] = labels[mu]! - scale * (residual[mu]! - base[mu]!);
};

/** One step from them. */
const backward = (
  { gamma, delta, weightDecay, length }: DescentProblem['points'][number],
  { weights, readout, anchor }: Entry,
  { values, slopes, residual, inputsTransposed }: Scratch,
): void => {
  const [examples, width] = [residual.length, readout.length];
  const dimension = weights.length / width;
  const hidden = linearStep(delta, weightDecay, length);
  const top = linearStep(0, weightDecay, length);
  for (let i = 0; i < width; i++) {
    let push = 0;
    for (let mu = 0; mu < examples; mu++) {
      const at = i * examples + mu;
      push += residual[mu]! * values[at]!;
      slopes[at] = readout[i]! * residual[mu]! * slopes[at]!;
    }
    readout[i] = top.keep * readout[i]! + top.gain * gamma * push;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = hidden.keep * weights[i]! + (anchor ? hidden.pull * anchor[i]! : 0);
  if (hidden.gain === 0) return;
  const gain = (hidden.gain * gamma) / Math.sqrt(dimension);
  addProductTransposed(
    whole(weights, dimension),
    whole(slopes, examples),
    whole(inputsTransposed, examples),
    width,
    dimension,
    examples,
    gain,
  );
};
