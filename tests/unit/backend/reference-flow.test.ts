import { describe, expect, it } from 'vitest';
import type { FlowProblem, FlowStep } from '$lib/backend/backend';
import { longestStep, mostStages, rowsOf, stagesFor } from '$lib/backend/chebyshev';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { activationFunctions } from '$lib/base/special';
import { numbers } from './naive';

const sizes = { particles: 7, examples: 4, dimension: 3 };
const { particles, examples, dimension } = sizes;
const start = {
  inputs: numbers(examples * dimension, 1),
  labels: numbers(examples, 2),
  anchor: numbers(particles * dimension, 3),
  weights: numbers(particles * dimension, 4),
  readout: numbers(particles, 5),
};

type Point = FlowProblem['points'][number];

/** ẇ and v̇ as theory.md §3 has them, for one network. */
const velocity = ({ gamma, decay, delta }: Point, w: readonly number[], v: readonly number[]) => {
  const { value, slope } = activationFunctions.tanh;
  const h = (i: number, p: number): number =>
    Array.from({ length: dimension }, (_, d) => w[i * dimension + d]! * start.inputs[p * dimension + d]!).reduce((a, b) => a + b) /
    Math.sqrt(dimension);
  const residual = Array.from(start.labels, (y, p) => y - v.reduce((sum, vi, i) => sum + vi * value(h(i, p)), 0) / (gamma * particles));
  return {
    w: w.map((wid, at) => {
      const i = Math.floor(at / dimension);
      const d = at % dimension;
      const push = residual.reduce(
        (sum, r, p) => sum + (gamma * r * v[i]! * slope(h(i, p)) * start.inputs[p * dimension + d]!) / Math.sqrt(dimension),
        0,
      );
      return push - decay * wid - delta * (wid - start.anchor[at]!);
    }),
    v: v.map((vi, i) => residual.reduce((sum, r, p) => sum + gamma * r * value(h(i, p)), 0) - decay * vi),
  };
};

/** Classical Runge–Kutta in many small steps. */
const exact = (point: Point, time: number, count: number) => {
  let w = [...start.weights];
  let v = [...start.readout];
  const dt = time / count;
  const plus = (a: readonly number[], b: readonly number[], t: number): number[] => a.map((x, i) => x + t * b[i]!);
  for (let n = 0; n < count; n++) {
    const a = velocity(point, w, v);
    const b = velocity(point, plus(w, a.w, dt / 2), plus(v, a.v, dt / 2));
    const c = velocity(point, plus(w, b.w, dt / 2), plus(v, b.v, dt / 2));
    const d = velocity(point, plus(w, c.w, dt), plus(v, c.v, dt));
    w = w.map((x, i) => x + (dt / 6) * (a.w[i]! + 2 * b.w[i]! + 2 * c.w[i]! + d.w[i]!));
    v = v.map((x, i) => x + (dt / 6) * (a.v[i]! + 2 * b.v[i]! + 2 * c.v[i]! + d.v[i]!));
  }
  return { w, v };
};

const flowed = async (point: Point, steps: readonly FlowStep[], from = start.weights) => {
  const backend = createReferenceBackend();
  const weights = backend.upload({ rows: particles, columns: dimension }, from);
  const readout = backend.upload({ rows: particles, columns: 1 }, start.readout);
  const path = backend.zeros({ rows: particles, columns: 1 });
  const run = backend.flow(
    {
      activation: 'tanh',
      inputs: backend.upload({ rows: examples, columns: dimension }, start.inputs),
      labels: backend.upload({ rows: examples, columns: 1 }, start.labels),
      anchor: backend.upload({ rows: particles, columns: dimension }, start.anchor),
      points: [point],
    },
    { weights, readout },
    [steps],
    path,
  );
  await run.advance(run.evaluations);
  return { w: await backend.read(weights), v: await backend.read(readout), path: await backend.read(path) };
};

const apart = (a: ArrayLike<number>, b: readonly number[]): number => Math.sqrt(b.reduce((sum, x, i) => sum + (a[i]! - x) ** 2, 0));

describe('gradient flow on the reference', () => {
  const time = 0.4;
  it.each([
    [{ gamma: 1, decay: 0, delta: 0 }, 3],
    [{ gamma: 2, decay: 0.1, delta: 0.5 }, 3],
    [{ gamma: 2, decay: 0.1, delta: 5 }, 6],
  ])('is of second order, %j with %i stages', async (point, stages) => {
    const truth = exact(point, time, 2000);
    const errors = await Promise.all(
      [16, 32, 64].map(async (count) => {
        const { w, v } = await flowed(point, new Array<FlowStep>(count).fill({ dt: time / count, stages }));
        return apart(w, truth.w) + apart(v, truth.v);
      }),
    );
    expect(errors[0]! / errors[1]!).toBeGreaterThan(3.2);
    expect(errors[1]! / errors[2]!).toBeGreaterThan(3.4);
    expect(errors[2]).toBeLessThan(3e-4);
  });

  it('is a plain Euler step with one stage and no decay', async () => {
    const point = { gamma: 1.5, decay: 0, delta: 0 };
    const { w, v } = await flowed(point, [{ dt: 0.03, stages: 1 }]);
    const speed = velocity(point, [...start.weights], [...start.readout]);
    expect(
      apart(
        w,
        speed.w.map((x, i) => start.weights[i]! + 0.03 * x),
      ),
    ).toBeLessThan(1e-14);
    expect(
      apart(
        v,
        speed.v.map((x, i) => start.readout[i]! + 0.03 * x),
      ),
    ).toBeLessThan(1e-14);
  });

  it('needs no shorter step for a stiff coupling, which leaves the weights at their anchors', async () => {
    for (const delta of [1e3, 1e6, 1e9]) {
      const steps = new Array<FlowStep>(40).fill({ dt: 0.1, stages: stagesFor(0.1, 10, delta) });
      const { w } = await flowed({ gamma: 1, decay: 0, delta }, steps, start.anchor);
      // w − w̄ → force/δ, and the forces are of order 1.
      expect(apart(w, [...start.anchor])).toBeLessThan(5 / delta);
      expect(apart(w, [...start.anchor])).toBeGreaterThan(1e-3 / delta);
    }
  });

  it('leaves a frozen layer alone and still moves the readout', async () => {
    const { w, v } = await flowed({ gamma: 1, decay: 0, delta: Infinity }, [{ dt: 0.1, stages: 3 }]);
    expect([...w]).toEqual([...start.weights]);
    expect(apart(v, [...start.readout])).toBeGreaterThan(1e-3);
  });

  it('follows the path: energy lost equals squared speed integrated, over γ²M', async () => {
    const point = { gamma: 1.3, decay: 0, delta: 0 };
    const { w, v, path } = await flowed(point, new Array<FlowStep>(400).fill({ dt: 0.001, stages: 3 }));
    const loss = (weights: ArrayLike<number>, readout: ArrayLike<number>): number => {
      const { gamma } = point;
      return Array.from(start.labels, (y, p) => {
        let f = 0;
        for (let i = 0; i < particles; i++) {
          let h = 0;
          for (let d = 0; d < dimension; d++) h += (weights[i * dimension + d]! * start.inputs[p * dimension + d]!) / Math.sqrt(dimension);
          f += (readout[i]! * Math.tanh(h)) / (gamma * particles);
        }
        return 0.5 * (y - f) ** 2;
      }).reduce((a, b) => a + b);
    };
    const lost = loss(start.weights, start.readout) - loss(w, v);
    expect(path.reduce((a, b) => a + b) / (point.gamma ** 2 * particles) / lost).toBeCloseTo(1, 4);
  });
});

describe('stages of a step', () => {
  /** What a step makes of θ̇ = eθ − aθ. */
  const factor = (stages: number, dt: number, e: number, a: number): number => {
    const [first, ...later] = rowsOf([{ dt, stages }], 0, a);
    const [, , , , g = NaN] = first ?? [];
    let before = 1;
    let now = (first?.[1] ?? NaN) + g * e;
    for (const [, a0 = NaN, a1 = NaN, a2 = NaN, g1 = NaN, g0 = NaN] of later)
      [before, now] = [now, a0 + a1 * now + a2 * before + e * (g1 * now + g0)];
    return now;
  };

  it('are stable for every stiffness they are chosen for, at every decay', () => {
    for (const stiffness of [0.1, 2, 5, 20, 60, 150])
      for (const a of [0, 0.01, 0.3, 1, 3, 10, 100, 1e5, 1e9])
        for (const dt of [1, 0.999 * longestStep(stiffness)]) {
          const stages = stagesFor(dt, stiffness, a);
          expect(stages).toBeLessThanOrEqual(mostStages);
          for (let k = 0; k <= 50; k++) expect(Math.abs(factor(stages, dt, (-stiffness * k) / 50, a))).toBeLessThanOrEqual(1 + 1e-12);
        }
  });
});

it('is stopped in the middle of an evaluation of many particles, and goes on to the same numbers', async () => {
  const backend = createReferenceBackend();
  const [many, rows, columns] = [3000, 20, 40];
  const flowOf = () => {
    const weights = backend.upload({ rows: many, columns }, numbers(many * columns, 1));
    const readout = backend.upload({ rows: many, columns: 1 }, numbers(many, 2));
    const problem: FlowProblem = {
      activation: 'erf',
      inputs: backend.upload({ rows, columns }, numbers(rows * columns, 3)),
      labels: backend.upload({ rows, columns: 1 }, numbers(rows, 4)),
      points: [{ gamma: 1, decay: 0, delta: 0 }],
    };
    return { weights, readout, run: backend.flow(problem, { weights, readout }, [[{ dt: 0.1, stages: 3 }]]) };
  };
  const whole = flowOf();
  await whole.run.advance(whole.run.evaluations);
  const halting = flowOf();
  const before = backend.dispatches;
  let stops = 0;
  const stop = new Error('stopped');
  const stopping = (): Promise<void> => Promise.reject(stop);
  const goesOn = (): Promise<unknown> =>
    halting.run.advance(halting.run.evaluations, stopping).then(
      () => undefined,
      (error: unknown) => error,
    );
  while ((await goesOn()) === stop) stops++;
  // Several times in each of three evaluations, each of which counts once.
  expect(stops).toBeGreaterThan(6);
  expect(backend.dispatches - before).toBe(halting.run.evaluations);
  expect(await backend.read(halting.weights)).toEqual(await backend.read(whole.weights));
  expect(await backend.read(halting.readout)).toEqual(await backend.read(whole.readout));
});
