import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activations, type Activation } from '$lib/base/activation';
import { streams } from '$lib/base/random';
import type { Backend, FlowStep, Matrix } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { Engine } from '$lib/backend/cpu/engine';
import { CpuMemory } from '$lib/backend/cpu/memory';
import { loadModule } from '$lib/backend/cpu/module';
import { runParticles } from '$lib/backend/cpu/network/particles';
import { CpuMatrix } from '$lib/backend/cpu/matrix';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { numbers, relativeDistance } from './naive';

// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');

const key = { seed: 2 ** 40 + 11, stream: streams.targetNoise, step: 40 };

const engines = [
  { build: 'plain', threads: 1 },
  { build: 'relaxed', threads: 1 },
  { build: 'plain', threads: 2 },
  { build: 'relaxed', threads: 2 },
] as const;

type Work = (backend: Backend, activation: Activation, shape: (typeof shapes)[number]) => readonly Matrix[] | Promise<readonly Matrix[]>;

/** What `work` makes of all shapes. */
const madeBy = async (backend: Backend, work: Work, activation: Activation): Promise<Float64Array[]> => {
  const results: Float64Array[] = [];
  for (const shape of shapes)
    for (const matrix of await work(backend, activation, shape)) {
      results.push(await backend.read(matrix));
      matrix[Symbol.dispose]();
    }
  return results;
};

/** Rows, examples, dimensions, batch: none a multiple of a tile but the last. */
const shapes = [
  [1, 1, 1, 1],
  [2, 31, 3, 3],
  [31, 2, 33, 1],
  [33, 33, 2, 3],
  [257, 31, 5, 1],
  [2, 257, 31, 3],
  [5, 7, 1, 64],
  [64, 8, 16, 3],
] as const;

const features: Work = (backend, activation, [rows, examples, dimension, batch]) => {
  const w = backend.upload(
    { batch, rows, columns: dimension },
    numbers(batch * rows * dimension, 1).map((x) => 4 * x),
  );
  const shared = backend.upload({ rows: examples, columns: dimension }, numbers(examples * dimension, 2));
  const each = backend.upload({ batch, rows: examples, columns: dimension }, numbers(batch * examples * dimension, 3));
  const one = backend.slice(w, batch - 1);
  const shift = backend.upload({ rows, columns: examples }, numbers(rows * examples, 4));
  const made = [backend.features(activation, w, shared, true), backend.features(activation, one, each, true)];
  return [
    ...made.flatMap(({ values, slopes }) => [values, slopes!]),
    backend.features(activation, w, each).values,
    backend.shiftedFeatures(activation, w, shared, shift),
    backend.shiftedFeatures(activation, one, shared, shift),
  ];
};

const particles: Work = async (backend, activation, [rows, examples, dimension, batch]) => {
  const alone = batch === 3;
  const inputs = backend.upload(
    { batch: alone ? batch : 1, rows: examples, columns: dimension },
    numbers((alone ? batch : 1) * examples * dimension, 1),
  );
  const problem = {
    activation,
    inputs,
    labels: backend.upload({ rows: examples, columns: 1 }, numbers(examples, 2)),
    gram: backend.gram(inputs),
    anchor: backend.upload({ rows, columns: dimension }, numbers(rows * dimension, 3)),
    points: Array.from({ length: batch }, (_, b) => ({
      gamma: 0.5 + 0.02 * b,
      temperature: 0.2,
      delta: b === 1 ? Infinity : 0.3 * b,
      pace: 1 / (1 + b),
    })),
  };
  const weights = backend.upload({ batch, rows, columns: dimension }, numbers(batch * rows * dimension, 4));
  const dual = backend.upload({ batch, rows: examples, columns: 1 }, numbers(batch * examples, 5));
  const average = backend.upload({ batch, rows: examples, columns: 1 }, numbers(batch * examples, 6));
  await backend.particleSteps(problem, { weights, dual }, 0.05, 2, key, average);
  await backend.particleSteps(problem, { weights, dual }, 0.05, 1, { ...key, step: key.step + 2 }, average, () => Promise.resolve());
  return [weights, dual, average];
};

const flow: Work = async (backend, activation, [rows, examples, dimension, batch]) => {
  const weights = backend.upload({ batch, rows, columns: dimension }, numbers(batch * rows * dimension, 4));
  const readout = backend.upload({ batch, rows, columns: 1 }, numbers(batch * rows, 5));
  const path = backend.upload({ batch, rows, columns: 1 }, numbers(batch * rows, 6));
  const schedule = (b: number): FlowStep[] =>
    [
      { dt: 0.01, stages: 1 },
      { dt: 0.03, stages: 3 },
      { dt: 0.02, stages: 5 },
    ].slice(0, 3 - (b % 3));
  using run = backend.flow(
    {
      activation,
      inputs: backend.upload({ rows: examples, columns: dimension }, numbers(examples * dimension, 1)),
      labels: backend.upload({ batch, rows: examples, columns: 1 }, numbers(batch * examples, 2)),
      anchor: backend.upload({ rows, columns: dimension }, numbers(rows * dimension, 3)),
      points: Array.from({ length: batch }, (_, b) => ({ gamma: 0.5 + 0.1 * b, decay: 0.1 * b, delta: b === 1 ? Infinity : 0.5 * b })),
    },
    { weights, readout },
    Array.from({ length: batch }, (_, b) => schedule(b)),
    path,
  );
  await run.advance(2);
  await run.advance(run.evaluations, () => Promise.resolve());
  return [weights, readout, path];
};

const descent: Work = (backend, activation, [rows, examples, dimension, batch]) => {
  const weights = backend.upload({ batch, rows, columns: dimension }, numbers(batch * rows * dimension, 4));
  const readout = backend.upload({ batch, rows, columns: 1 }, numbers(batch * rows, 5));
  const problem = {
    activation,
    inputs: backend.upload({ batch, rows: examples, columns: dimension }, numbers(batch * examples * dimension, 1)),
    labels: backend.upload({ rows: examples, columns: 1 }, numbers(examples, 2)),
    base: backend.upload({ batch, rows: examples, columns: 1 }, numbers(batch * examples, 3)),
    anchor: backend.upload({ batch, rows, columns: dimension }, numbers(batch * rows * dimension, 6)),
    points: Array.from({ length: batch }, (_, b) => ({
      gamma: 0.5,
      delta: b === 1 ? Infinity : 0.5 * b,
      weightDecay: 0.1 * b,
      length: 0.01,
      count: 2 + (b % 4),
    })),
  };
  return [backend.descend(problem, { weights, readout }, 0, 3), backend.descend(problem, { weights, readout }, 3, 3), weights, readout];
};

const works: Readonly<Record<string, Work>> = { features, particles, flow, descent };

/** Made once, which compiles the kernels. */
const made: Backend[] = [];
beforeAll(async () => {
  for (const options of engines) made.push(await createCpuBackend(options));
}, 120_000);
afterAll(() => {
  for (const backend of made) backend.dispose();
});

describe.each(activations)('%s', (activation) => {
  test.each(Object.keys(works))(
    '%s agree with the reference at awkward sizes, in both builds, on one thread and two',
    async (name) => {
      const right = await madeBy(createReferenceBackend(), works[name]!, activation);
      for (const backend of made) {
        const got = await madeBy(backend, works[name]!, activation);
        expect(got.length).toBe(right.length);
        right.forEach((wanted, i) => expect(relativeDistance(got[i]!, wanted)).toBeLessThan(1e-12));
      }
    },
    30_000,
  );
});

describe('a stop', () => {
  const [rows, examples, dimension] = [300, 200, 300];
  const given = (backend: Backend) => {
    const inputs = backend.upload({ rows: examples, columns: dimension }, numbers(examples * dimension, 1));
    return {
      problem: {
        activation: 'erf' as const,
        inputs,
        labels: backend.upload({ rows: examples, columns: 1 }, numbers(examples, 2)),
        gram: backend.gram(inputs),
        points: Array.from({ length: 4 }, () => ({ gamma: 1, temperature: 0.2, delta: 0, decay: 0 })),
      },
      weights: backend.upload({ batch: 4, rows, columns: dimension }, numbers(4 * rows * dimension, 3)),
      dual: backend.upload({ batch: 4, rows: examples, columns: 1 }, numbers(4 * examples, 4)),
      readout: backend.upload({ batch: 4, rows, columns: 1 }, numbers(4 * rows, 5)),
    };
  };
  /** Throws once, the `count`th time. */
  const stopping = (count: number) => {
    let left = count;
    return () => (--left === 0 ? Promise.reject(new Error('stopped')) : Promise.resolve());
  };

  test('ends particle steps between pieces, of which a step of four points has many', async () => {
    const [backend] = made as [Backend];
    const { problem, weights, dual } = given(backend);
    let rests = 0;
    await backend.particleSteps(problem, { weights, dual }, 0.1, 1, key, undefined, () => {
      rests += 1;
      return Promise.resolve();
    });
    expect(rests).toBeGreaterThan(12);
    await expect(backend.particleSteps(problem, { weights, dual }, 0.1, 1, key, undefined, stopping(3))).rejects.toThrow('stopped');
  }, 30_000);

  test('frees what particle steps had taken of the memory', async () => {
    const memory = new CpuMemory();
    const engine = new Engine({ module: await loadModule('plain'), memory, threads: 1 });
    const matrix = (rowCount: number, columns: number) => {
      const made = CpuMatrix.make(engine, { rows: rowCount, columns });
      made.values.set(numbers(rowCount * columns, rowCount));
      return made;
    };
    const problem = {
      activation: 'erf' as const,
      inputs: matrix(examples, dimension),
      labels: matrix(examples, 1),
      gram: matrix(examples, examples),
      points: [{ gamma: 1, temperature: 0.2, delta: 0 }],
    };
    const state = { weights: matrix(rows, dimension), dual: matrix(examples, 1) };
    const stopped = () => {
      const steps = runParticles(engine, problem, state, 0.1, 1, key, undefined);
      expect(steps.next().done).toBe(false);
      steps.return();
      return memory.memory.buffer.byteLength;
    };
    const after = stopped();
    // Each holds more than 3 MB while it runs.
    for (let i = 0; i < 20; i++) expect(stopped()).toBe(after);
  }, 30_000);

  test('of a flow changes nothing of its result', async () => {
    const results = [];
    for (const count of [0, 5]) {
      const backend = made[1]!;
      const { problem, weights, readout } = given(backend);
      using run = backend.flow(
        problem,
        { weights, readout },
        Array.from({ length: 4 }, () => [{ dt: 0.01, stages: 3 }]),
      );
      if (count > 0) await expect(run.advance(3, stopping(count))).rejects.toThrow('stopped');
      await run.advance(3);
      results.push([...(await backend.read(weights)), ...(await backend.read(readout))]);
    }
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  }, 30_000);
});
