import { activationCode } from '$lib/base/activation';
import type { Matrix, ParticleProblem, ParticleState, RandomKey } from '$lib/backend/backend';
import { sizesOf } from '$lib/backend/reference/particles';
import type { Engine } from '../engine';
import { addressOf, panelsOf, type Panels } from './inputs';
import { drawNormals } from './normal';
import { activationWork, inPieces, rowsTogether, tileScratch } from './pieces';

/** Numbers of the record of a point in `assembly/network/particles.ts`. */
const recordFields = 16;
/** Particles whose panels are kept at a time, a multiple of `rowsTogether`: with 150 examples the panels of one point are then 1.2 MB. */
const panelRows = 512;
/** Bytes of features that a thread is to keep in its cache from one kernel of a step to the next. */
const cached = 2 ** 20;

/** Points that go through a step together when each has so many bytes of features: as few jobs as the cache allows, about equally long. */
const pointsTogether = (batch: number, bytes: number, threads: number): number =>
  Math.ceil(batch / Math.ceil(batch / (threads * Math.max(1, Math.floor(cached / bytes)))));

/** The record of a point: addresses and the coefficients of `theory.md` §2. */
const recordOf = (
  problem: ParticleProblem,
  state: ParticleState,
  panels: Panels,
  average: Matrix | undefined,
  dt: number,
  b: number,
): number[] => {
  const { gamma, temperature, delta, pace = 1 } = problem.points[b]!;
  const a = 1 + delta;
  const length = dt * pace;
  const record = new Array<number>(recordFields).fill(0);
  record.splice(
    0,
    13,
    addressOf(state.weights, b),
    addressOf(state.dual, b),
    addressOf(problem.anchor, b),
    addressOf(problem.labels, b),
    addressOf(problem.gram, b),
    panels.across(b),
    panels.along(b),
    addressOf(average, b),
    delta === Infinity ? 1 : delta / a,
    Math.exp(-a * length),
    Math.sqrt(-Math.expm1(-2 * a * length) / a),
    (gamma * gamma * -Math.expm1(-a * length)) / a,
    temperature,
  );
  return record;
};

/**
 * See `Backend.particleSteps`; yields between pieces. Points go through a step some at a time: their features stay in the cache, and every
 * thread has work.
 */
export function* runParticles(
  engine: Engine,
  problem: ParticleProblem,
  state: ParticleState,
  dt: number,
  count: number,
  key: RandomKey,
  average: Matrix | undefined,
): Generator<undefined, void> {
  const { batch, particles, dimension, examples } = sizesOf(problem, state);
  using panels = panelsOf(engine, problem.inputs, true);
  const size = particles * examples;
  const packed = Math.ceil(examples / 4) * 4 * (Math.min(particles, panelRows) + 2);
  const group = pointsTogether(batch, 16 * (size + packed), engine.threads);
  using records = engine.numbers(problem.points.flatMap((_, b) => recordOf(problem, state, panels, average, dt, b)));
  using noise = engine.room(particles * dimension);
  using values = engine.room(group * size);
  using slopes = engine.room(group * size);
  using features = engine.room(group * packed);
  using responses = engine.room(group * packed);
  using systems = engine.room(group * examples * examples);
  const activation = activationWork + 2 * dimension;
  for (let step = 0; step < count; step++) {
    yield* drawNormals(engine, noise.address, particles * dimension, { ...key, step: key.step + step });
    for (let from = 0; from < batch; from += group) {
      const points = Math.min(group, batch - from);
      const record = records.address + from * recordFields * 8;
      for (let start = 0; start < particles; start += panelRows) {
        const rows = Math.min(panelRows, particles - start);
        yield;
        yield* inPieces(
          engine,
          'particleMove',
          {
            tasks: points * Math.ceil(rows / rowsTogether),
            each: Math.min(rows, rowsTogether) * examples * activation,
            scratch: tileScratch,
          },
          activationCode(problem.activation),
          record,
          particles,
          examples,
          dimension,
          start,
          start + rows,
          noise.address,
          values.address,
          slopes.address,
          features.address,
          responses.address,
        );
        yield;
        yield* inPieces(
          engine,
          'particleSystem',
          {
            tasks: points * Math.ceil(Math.ceil(examples / 4) / 2),
            each: 64 * rows * (Math.ceil(examples / 4) + 1),
            scratch: 2 * tileScratch,
          },
          record,
          particles,
          examples,
          rows,
          features.address,
          responses.address,
          systems.address,
          start > 0 ? 1 : 0,
        );
      }
      yield;
      engine.run('particleSolve', { tasks: points, each: examples ** 3 / 3, scratch: tileScratch }, record, examples, systems.address);
      yield;
      yield* inPieces(
        engine,
        'particlePush',
        {
          tasks: points * Math.ceil(particles / rowsTogether),
          each: Math.min(particles, rowsTogether) * examples * 2 * (dimension + 2),
          scratch: tileScratch,
        },
        record,
        particles,
        examples,
        dimension,
        values.address,
        slopes.address,
      );
    }
    if (step + 1 < count) yield;
  }
}
