import { setFlagsFromString } from 'node:v8';
import { beforeAll, describe, expect, test } from 'vitest';
import { normals } from '$lib/base/philox';
import { createCpuBackend } from '$lib/backend/cpu';
import { Engine } from '$lib/backend/cpu/engine';
import { CpuMemory } from '$lib/backend/cpu/memory';
import { loadModule } from '$lib/backend/cpu/module';
import * as exactly from '../../support/double-double';
import { generator } from './naive';

// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');

const next = generator(5);
const view = new DataView(new ArrayBuffer(8));

/** A double of random bits, |x| in [2^least, 2^(most + 1)). */
const patterned = (least: number, most: number): number => {
  const exponent = least + Math.floor(next() * (most - least + 1));
  view.setUint32(0, ((next() < 0.5 ? 0x80000000 : 0) | ((exponent + 1023) << 20) | (next() * 2 ** 20)) >>> 0);
  view.setUint32(4, next() * 2 ** 32);
  return view.getFloat64(0);
};
const between = (low: number, high: number): number => low + (high - low) * (next() + next() * 2 ** -32);
const plain = (f: (x: exactly.Pair) => exactly.Pair) => (x: number) => f(exactly.pair(x));
const infinite = exactly.pair(Infinity);

interface Case {
  /** Its code in `assembly/math/functions.ts`. */
  readonly code: number;
  readonly name: string;
  readonly exact: (x: number) => exactly.Pair;
  readonly draws: readonly (() => number)[];
  /** Arguments and the very results. */
  readonly special: readonly (readonly [x: number, value: number])[];
}

/** Next to the multiples of π/2 that Box–Muller's angles come near. */
const nearZeros = (): number => (Math.ceil(4 * next()) * Math.PI) / 2 + between(-1e-8, 1e-8);

const cases: readonly Case[] = [
  {
    code: 0,
    name: 'exp',
    exact: (x) => (x > 709.79 ? infinite : x < -746 ? exactly.pair(0) : exactly.exp(exactly.pair(x))),
    draws: [() => between(-708, 709.7), () => between(-1, 1), () => between(-746, -700), () => patterned(-1022, 8)],
    special: [
      [0, 1],
      [-0, 1],
      [Infinity, Infinity],
      [710, Infinity],
      [-Infinity, 0],
      [-746, 0],
      [5e-324, 1],
    ],
  },
  {
    code: 1,
    name: 'log',
    exact: exactly.log,
    draws: [() => Math.abs(patterned(-1022, 1023)), () => between(0.5, 2), () => 1 + patterned(-52, -2), () => 2 ** -1022 * next()],
    special: [
      [1, 0],
      [0, -Infinity],
      [-0, -Infinity],
      [-1, NaN],
      [-Infinity, NaN],
      [Infinity, Infinity],
    ],
  },
  {
    code: 2,
    name: 'erf',
    exact: exactly.erf,
    // Every 1/16 a polynomial ends.
    draws: [
      () => between(-6.3, 6.3),
      () => between(-0.3, 0.3),
      () => patterned(-1022, 1023),
      () => Math.floor(96 * next()) / 16 + patterned(-50, -30),
    ],
    special: [
      [0, 0],
      [-0, -0],
      [Infinity, 1],
      [-Infinity, -1],
      [5e-324, 5e-324],
    ],
  },
  {
    code: 3,
    name: 'erf′',
    exact: exactly.erfSlope,
    draws: [() => between(-26.6, 26.6), () => between(-1, 1), () => patterned(-1022, 1023), () => between(26, 27.3)],
    special: [
      [Infinity, 0],
      [-Infinity, 0],
      [0, 2 / Math.sqrt(Math.PI)],
    ],
  },
  {
    code: 4,
    name: 'tanh',
    exact: exactly.tanh,
    // Every 1/16 up to 8 a polynomial ends.
    draws: [
      () => between(-20, 20),
      () => between(-0.7, 0.7),
      () => between(-8.1, 8.1),
      () => patterned(-1022, 1023),
      () => Math.floor(129 * next()) / 16 + patterned(-50, -30),
    ],
    special: [
      [0, 0],
      [-0, -0],
      [Infinity, 1],
      [-Infinity, -1],
      [5e-324, 5e-324],
    ],
  },
  {
    code: 5,
    name: '1/cosh²',
    exact: exactly.tanhSlope,
    draws: [
      () => between(-20, 20),
      () => between(-2, 2),
      () => between(-8.1, 8.1),
      () => between(-372, 372),
      () => patterned(-1022, 1023),
      () => Math.floor(129 * next()) / 16 + patterned(-50, -30),
    ],
    special: [
      [0, 1],
      [Infinity, 0],
      [-Infinity, 0],
    ],
  },
  {
    code: 6,
    name: 'asin',
    exact: exactly.asin,
    draws: [() => between(-1, 1), () => patterned(-1022, -1), () => 1 - Math.abs(patterned(-53, -2))],
    special: [
      [0, 0],
      [-0, -0],
      [1, Math.PI / 2],
      [-1, -Math.PI / 2],
      [1 + 2 ** -52, NaN],
      [Infinity, NaN],
    ],
  },
  {
    code: 7,
    name: 'acos',
    exact: exactly.acos,
    draws: [
      () => between(-1, 1),
      () => patterned(-1022, -1),
      () => 1 - Math.abs(patterned(-53, -2)),
      () => Math.abs(patterned(-53, -2)) - 1,
    ],
    special: [
      [1, 0],
      [-1, Math.PI],
      [0, Math.PI / 2],
      [-1 - 2 ** -52, NaN],
      [-Infinity, NaN],
    ],
  },
  {
    code: 9,
    name: 'cos',
    exact: plain((x) => exactly.circle(x)[0]),
    draws: [() => between(0, 8), nearZeros],
    special: [[0, 1]],
  },
  {
    code: 10,
    name: 'sin',
    exact: plain((x) => exactly.circle(x)[1]),
    draws: [() => between(0, 8), nearZeros, () => Math.abs(patterned(-1000, 1))],
    special: [[0, 0]],
  },
];

describe.each(['plain', 'relaxed'] as const)('%s build', (build) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = new Engine({ module: await loadModule(build), memory: new CpuMemory(), threads: 1 });
  }, 120_000);

  const evaluated = (code: number, x: readonly number[], y: readonly number[] = x): number[] => {
    const even = (values: readonly number[]): number[] => [...values, ...(values.length % 2 ? [0] : [])];
    using first = engine.numbers(even(x));
    using second = engine.numbers(even(y));
    using room = engine.room(2 * (x.length + 1));
    engine.run('evaluate', { tasks: 1, each: 1 }, code, first.address, second.address, room.address, even(x).length);
    return Array.from(engine.memory.numbers(room.address, x.length));
  };

  test.each(cases)('$name is within 2 units in the last place of the exact value', ({ code, exact, draws }) => {
    const x = draws.flatMap((draw) => Array.from({ length: 3000 }, draw));
    const got = evaluated(code, x);
    let [worst, at] = [0, 0];
    x.forEach((value, i) => {
      const error = exactly.ulps(got[i]!, exact(value));
      if (!(error <= worst)) [worst, at] = [error, value];
    });
    expect(worst, `at ${at}`).toBeLessThanOrEqual(2);
  });

  test.each(cases)('$name of zeros, infinities and not-a-number', ({ code, special }) => {
    const got = evaluated(code, [...special.map(([x]) => x), NaN]);
    [...special.map(([, value]) => value), NaN].forEach((value, i) => expect(got[i]).toBe(value));
  });

  test('atan2 is within 2 units in the last place, also along the axes and at the origin', () => {
    const y = Array.from({ length: 6000 }, () => patterned(-20, 3));
    const x = Array.from({ length: 6000 }, () => patterned(-20, 3));
    const got = evaluated(8, y, x);
    for (const [i, value] of got.entries())
      expect(exactly.ulps(value, exactly.atan2(exactly.pair(y[i]!), exactly.pair(x[i]!)))).toBeLessThanOrEqual(2);
    const corners = [0, -0, 1, -1].flatMap((a) => [0, -0, 2, -2].map((b) => [a, b] as const));
    const made = evaluated(
      8,
      corners.map(([a]) => a),
      corners.map(([, b]) => b),
    );
    corners.forEach(([a, b], i) => expect(Object.is(made[i], -0) ? -0 : made[i]).toBeCloseTo(Math.atan2(a, b), 15));
    expect(evaluated(8, [NaN, 1], [1, NaN])).toEqual([NaN, NaN]);
  });

  test('normals are those of the reference, to 2 units in the last place', async () => {
    using backend = Object.assign(await createCpuBackend({ build }), { [Symbol.dispose]: () => undefined });
    // Large seeds and steps; sizes that end within a block and within a task.
    for (const [key, rows, columns] of [
      [{ seed: 1, stream: 3, step: 0 }, 1, 1],
      [{ seed: 2 ** 52 + 12345, stream: 72, step: 4000000000 }, 7, 3],
      [{ seed: -5, stream: 4, step: 17 }, 257, 33],
      [{ seed: 8, stream: 1, step: 2 }, 1024, 40],
    ] as const) {
      const right = normals(rows * columns, key);
      const got = await backend.read(backend.normal({ batch: 3, rows, columns }, key));
      expect(got.length).toBe(3 * right.length);
      let worst = 0;
      got.forEach((value, i) => {
        worst = Math.max(worst, exactly.ulps(value, exactly.pair(right[i % right.length]!)));
      });
      expect(worst).toBeLessThanOrEqual(2);
    }
  });
});

describe('what the functions are measured against', () => {
  // By mpmath with 40 digits: the double nearest to f(x) and what it leaves.
  test.each([
    ['exp', exactly.exp(exactly.pair(1.5)), 4.4816890703380645, 3.04817595565e-16],
    ['log', exactly.log(1.5), 0.4054651081081644, -2.88113802596e-18],
    ['erf', exactly.erf(1.5), 0.9661051464753108, -3.38670314417e-17],
    ['erf′', exactly.erfSlope(1.5), 0.11893028922362937, -1.96519848317e-18],
    ['tanh', exactly.tanh(1.5), 0.9051482536448664, 4.19920245018e-17],
    ['1/cosh²', exactly.tanhSlope(1.5), 0.18070663892364852, 9.0532882234e-18],
    ['asin', exactly.asin(0.3), 0.3046926540153975, -2.74697400512e-17],
    ['acos', exactly.acos(0.3), 1.2661036727794992, -7.78313736852e-17],
    ['sin', exactly.circle(exactly.pair(1.5))[1], 0.9974949866040544, -1.45586435388e-17],
    ['cos', exactly.circle(exactly.pair(1.5))[0], 0.0707372016677029, 3.68351207523e-18],
  ])('%s', (_, [hi, lo], high, low) => {
    expect(hi).toBe(high);
    expect(Math.abs(lo - low)).toBeLessThan(1e-27);
  });
});
