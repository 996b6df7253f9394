import { activationCode } from '$lib/base/activation';
import type { Backend, FlowRun, Matrix } from '$lib/backend/backend';
import { centreOf, rowKind, rowsOf } from '$lib/backend/chebyshev';
import { flowInPieces, type EvaluationCounter } from '$lib/backend/flow-run';
import { checkFlow } from '$lib/backend/reference/flow';
import type { Engine } from '../engine';
import type { Block } from '../memory';
import { addressOf, panelsOf } from './inputs';
import { activationWork, inPieces, rowsTogether, tileScratch } from './pieces';

/** θ of one point while it moves: now, a stage earlier, at the start of the step, and the force there. */
interface Moving {
  now: Block;
  before: Block;
  readonly start: Block;
  readonly force: Block;
}

interface Point {
  readonly rows: readonly (readonly number[])[];
  readonly weights: Moving;
  readonly readout: Moving;
}

const moving = (engine: Engine, values: Float64Array): Moving => {
  const [now, before, start, force] = [0, 1, 2, 3].map(() => engine.room(values.length)) as [Block, Block, Block, Block];
  engine.memory.numbers(now.address, values.length).set(values);
  return { now, before, start, force };
};

const blocksOf = ({ now, before, start, force }: Moving): readonly Block[] => [now, before, start, force];

const swap = (state: Moving): void => {
  [state.now, state.before] = [state.before, state.now];
};

/** Gradient flow; see `Backend.flow`. */
export const flow = (engine: Engine, count: EvaluationCounter, ...[problem, state, steps, path]: Parameters<Backend['flow']>): FlowRun => {
  checkFlow(problem, state, steps, path);
  const { rows: neurons, columns: dimension } = state.weights;
  const examples = problem.inputs.rows;
  const entryOf = (matrix: Matrix, b: number): Float64Array => engine.memory.numbers(addressOf(matrix, b), matrix.rows * matrix.columns);
  const panels = panelsOf(engine, problem.inputs, true);
  const points = problem.points.map(({ decay, delta }, b): Point => ({
    rows: rowsOf(steps[b] ?? [], decay, delta),
    weights: moving(engine, entryOf(state.weights, b)),
    readout: moving(engine, entryOf(state.readout, b)),
  }));
  const evaluations = points.reduce((most, { rows }) => Math.max(most, rows.length), 0);
  const pieces = Math.ceil(neurons / rowsTogether);
  const group = Math.min(points.length, engine.threads);
  const size = neurons * examples;
  const values = engine.room(group * size);
  const slopes = engine.room(group * size);
  const sums = engine.room(group * pieces * examples);
  const residuals = engine.room(group * examples);
  /** What the kernels of rows and of moves are both given. */
  const sizes = [neurons, examples, dimension, values.address, slopes.address] as const;
  const taken = [
    panels,
    values,
    slopes,
    sums,
    residuals,
    ...points.flatMap(({ weights, readout }) => [...blocksOf(weights), ...blocksOf(readout)]),
  ];

  /** The record of a point in `assembly/network/flow.ts`, 32 numbers. */
  const recordOf = (b: number, row: readonly number[]): number[] => {
    const { weights, readout } = points[b]!;
    const { gamma, decay, delta } = problem.points[b]!;
    return [
      ...blocksOf(weights).map(({ address }) => address),
      ...blocksOf(readout).map(({ address }) => address),
      addressOf(problem.anchor, b),
      addressOf(problem.labels, b),
      panels.across(b),
      panels.along(b),
      addressOf(path, b),
      row[0] === rowKind.first ? 1 : 0,
      ...row.slice(1, 12),
      gamma,
      centreOf(decay, delta),
      delta === Infinity ? 1 : 0,
      0,
      0,
      0,
      0,
    ];
  };

  /** Evaluation number `at` of all points that have one. */
  function* evaluate(at: number): Generator<undefined, void> {
    const active = points.flatMap(({ rows }, b) => (rows[at] ? [b] : []));
    for (let from = 0; from < active.length; from += group) {
      if (from > 0) yield;
      yield* evaluateSome(active.slice(from, from + group), at);
    }
  }

  function* evaluateSome(some: readonly number[], at: number): Generator<undefined, void> {
    using records = engine.numbers(some.flatMap((b) => recordOf(b, points[b]!.rows[at]!)));
    const tasks = some.length * pieces;
    const rows = Math.min(neurons, rowsTogether);
    yield* inPieces(
      engine,
      'flowRows',
      { tasks, each: rows * examples * (2 * dimension + activationWork), scratch: tileScratch },
      activationCode(problem.activation),
      records.address,
      ...sizes,
      sums.address,
    );
    const each = pieces * examples;
    engine.run('flowResidual', { tasks: some.length, each }, records.address, neurons, examples, sums.address, residuals.address);
    yield;
    yield* inPieces(
      engine,
      'flowMove',
      { tasks, each: rows * (examples * 2 * (dimension + 2) + 12 * dimension), scratch: tileScratch + 8 * rowsTogether * (dimension + 1) },
      records.address,
      ...sizes,
      residuals.address,
    );
    for (const b of some) {
      if (problem.points[b]!.delta !== Infinity) swap(points[b]!.weights);
      swap(points[b]!.readout);
    }
  }

  const finish = (): void => {
    points.forEach(({ weights, readout }, b) => {
      entryOf(state.weights, b).set(engine.memory.numbers(weights.now.address, neurons * dimension));
      entryOf(state.readout, b).set(engine.memory.numbers(readout.now.address, neurons));
    });
  };
  const run = flowInPieces(evaluations, evaluate, count, finish);
  return {
    ...run,
    [Symbol.dispose]: () => {
      run[Symbol.dispose]();
      for (const block of taken) block[Symbol.dispose]();
    },
  };
};
