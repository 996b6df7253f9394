import { activationCode } from '$lib/base/activation';
import { linearStep } from '$lib/base/linear-step';
import type { DescentProblem, DescentState, Matrix } from '$lib/backend/backend';
import { descentSizes } from '$lib/backend/reference/network/descent';
import type { Engine } from '../engine';
import { CpuMatrix } from '../matrix';
import { addressOf, panelsOf, type Panels } from './inputs';
import { activationWork, tileScratch } from './pieces';

/** The record of a network in `assembly/network/descent.ts`, sixteen numbers. */
const recordOf = (problem: DescentProblem, state: DescentState, panels: Panels, status: Matrix, b: number): number[] => {
  const { gamma, delta, weightDecay, length, count } = problem.points[b]!;
  const hidden = linearStep(delta, weightDecay, length);
  const top = linearStep(0, weightDecay, length);
  return [
    addressOf(state.weights, b),
    addressOf(state.readout, b),
    addressOf(problem.anchor, b),
    addressOf(problem.labels, b),
    addressOf(problem.base, b),
    panels.across(b),
    panels.along(b),
    addressOf(status, b),
    gamma,
    hidden.keep,
    hidden.pull,
    hidden.gain,
    top.keep,
    top.gain,
    count,
    0,
  ];
};

/** See `Backend.descend`. */
export const descend = (engine: Engine, problem: DescentProblem, state: DescentState, first: number, count: number): Matrix => {
  const { batch, width, examples, dimension } = descentSizes(problem, state);
  using panels = panelsOf(engine, problem.inputs, true);
  const status = CpuMatrix.make(engine, { batch, rows: 1, columns: 1 });
  using records = engine.numbers(problem.points.flatMap((_, b) => recordOf(problem, state, panels, status, b)));
  engine.run(
    'descend',
    {
      tasks: batch,
      each: count * width * examples * (4 * dimension + activationWork),
      scratch: tileScratch + 8 * (2 * width + 1) * examples,
    },
    activationCode(problem.activation),
    records.address,
    width,
    examples,
    dimension,
    first,
    count,
  );
  return status;
};
