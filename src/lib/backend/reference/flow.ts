import { activationFunctions } from '$lib/base/special';
import type { Backend, FlowProblem, FlowRun, FlowState, Matrix } from '$lib/backend/backend';
import { centreOf, rowKind, stagesOf, type FlowBlock, type FlowStage } from '$lib/backend/chebyshev';
import { flowInPieces, type EvaluationCounter } from '$lib/backend/flow-run';
import { commonBatch, expectShape, own } from './matrix';

/** θ of one point while it moves: now, a stage earlier, at the start of the step, and the force there. */
interface Moving {
  now: Float64Array;
  before: Float64Array;
  readonly start: Float64Array;
  readonly force: Float64Array;
}

const moving = (values: Float64Array): Moving => ({
  now: values.slice(),
  before: values.slice(),
  start: values.slice(),
  force: new Float64Array(values.length),
});

interface Point {
  readonly stages: readonly FlowStage[];
  readonly weights: Moving;
  readonly readout: Moving;
}

/** Throws where shapes do not fit. */
export const checkFlow = (problem: FlowProblem, { weights, readout }: FlowState, steps: readonly unknown[], path?: Matrix): void => {
  const { points, inputs, labels, anchor } = problem;
  expectShape(inputs, inputs.rows, weights.columns, 'inputs of the flow');
  expectShape(labels, inputs.rows, 1, 'labels of the flow');
  expectShape(readout, weights.rows, 1, 'readout of the flow');
  if (anchor) expectShape(anchor, weights.rows, weights.columns, 'anchor of the flow');
  else if (points.some(({ delta }) => delta !== 0 && delta !== Infinity)) throw new Error('a coupling delta needs an anchor');
  if (path) expectShape(path, weights.rows, 1, 'path of the flow');
  for (const { batch } of [weights, readout, ...(path ? [path] : [])])
    if (batch !== points.length) throw new Error('weights, readout and path need one entry a sweep point');
  if (steps.length !== points.length) throw new Error('the flow needs the steps of every sweep point');
  if (commonBatch(weights, inputs, labels, ...(anchor ? [anchor] : [])) !== points.length)
    throw new Error('a batch is larger than the number of sweep points');
};

/** θ_j of `chebyshev.ts`, in place of θ_{j−2}. */
const move = (state: Moving, centre: (i: number) => number, force: Float64Array, first: boolean, block: FlowBlock): void => {
  if (first) {
    state.start.set(state.now);
    state.force.set(force);
  }
  const { now, before, start } = state;
  for (let i = 0; i < now.length; i++) {
    const c = centre(i);
    const from = start[i] as number;
    let next = c + block.start * (from - c) + block.force * (force[i] as number);
    if (!first) {
      next +=
        block.now * ((now[i] as number) - c) + block.before * ((before[i] as number) - c) + block.startForce * (state.force[i] as number);
    }
    before[i] = next;
  }
  state.now = before;
  state.before = now;
};

/** Gradient flow in double precision, neuron by neuron; see `Backend.flow`. */
export const flow = (count: EvaluationCounter, ...[problem, state, steps, path]: Parameters<Backend['flow']>): FlowRun => {
  checkFlow(problem, state, steps, path);
  const points = problem.points.map(({ decay, delta }, b): Point => ({
    stages: stagesOf(steps[b] ?? [], decay, delta),
    weights: moving(own(state.weights).entry(b)),
    readout: moving(own(state.readout).entry(b)),
  }));
  const evaluations = points.reduce((most, { stages }) => Math.max(most, stages.length), 0);
  const finish = (): void => {
    points.forEach(({ weights, readout }, b) => {
      own(state.weights).entry(b).set(weights.now);
      own(state.readout).entry(b).set(readout.now);
    });
  };
  return flowInPieces(evaluations, (at) => evaluateAll(problem, points, at, path), count, finish);
};

/** Numbers of features made between two yields: some milliseconds. */
const pieceSize = 2 ** 20;

function* evaluateAll(
  problem: FlowProblem,
  points: readonly Point[],
  evaluation: number,
  path: Matrix | undefined,
): Generator<undefined, void> {
  for (const [b, point] of points.entries()) {
    const stage = point.stages[evaluation];
    if (stage) yield* evaluate(problem, b, point, stage, path && own(path).entry(b));
  }
}

function* evaluate(
  problem: FlowProblem,
  b: number,
  point: Point,
  stage: FlowStage,
  path: Float64Array | undefined,
): Generator<undefined, void> {
  const { gamma, decay, delta } = problem.points[b] as FlowProblem['points'][number];
  const { value, slope } = activationFunctions[problem.activation];
  const x = own(problem.inputs).entry(b);
  const y = own(problem.labels).entry(b);
  const { rows: examples, columns: dimension } = problem.inputs;
  const w = point.weights.now;
  const v = point.readout.now;
  const neurons = v.length;
  const scale = 1 / Math.sqrt(dimension);
  const slopes = new Float64Array(neurons * examples);
  const values = new Float64Array(neurons * examples);
  const residual = Float64Array.from(y);
  const together = Math.max(1, Math.floor(pieceSize / Math.max(1, examples * dimension)));
  for (let i = 0; i < neurons; i++) {
    if (i % together === together - 1) yield;
    for (let p = 0; p < examples; p++) {
      let sum = 0;
      for (let d = 0; d < dimension; d++) sum += (w[i * dimension + d] as number) * (x[p * dimension + d] as number);
      const phi = value(scale * sum);
      values[i * examples + p] = phi;
      slopes[i * examples + p] = slope(scale * sum);
      residual[p] = (residual[p] as number) - ((v[i] as number) * phi) / (gamma * neurons);
    }
  }
  const pull = new Float64Array(neurons * dimension);
  const lift = new Float64Array(neurons);
  for (let i = 0; i < neurons; i++) {
    if (i % together === together - 1) yield;
    for (let p = 0; p < examples; p++) {
      const force = gamma * (residual[p] as number);
      lift[i] = (lift[i] as number) + force * (values[i * examples + p] as number);
      const along = force * scale * (v[i] as number) * (slopes[i * examples + p] as number);
      for (let d = 0; d < dimension; d++)
        pull[i * dimension + d] = (pull[i * dimension + d] as number) + along * (x[p * dimension + d] as number);
    }
  }
  // Neuron by neuron, so that each has its path.
  const anchor = problem.anchor && own(problem.anchor).entry(b);
  const kappa = centreOf(decay, delta);
  const frozen = delta === Infinity;
  const { inverseStep } = stage;
  const first = stage.kind === rowKind.first;
  const before = inverseStep !== 0 && path ? { w: point.weights.start, v: point.readout.start } : undefined;
  if (!frozen) move(point.weights, anchor ? (i) => kappa * (anchor[i] as number) : () => 0, pull, first, stage.weights);
  move(point.readout, () => 0, lift, first, stage.readout);
  if (!before || !path) return;
  for (let i = 0; i < neurons; i++) {
    let square = ((point.readout.now[i] as number) - (before.v[i] as number)) ** 2;
    for (let j = i * dimension; j < (i + 1) * dimension; j++)
      square += frozen ? 0 : ((point.weights.now[j] as number) - (before.w[j] as number)) ** 2;
    path[i] = (path[i] as number) + inverseStep * square;
  }
}
