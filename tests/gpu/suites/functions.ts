import { erf } from '$lib/base/special';
import { philoxBlock } from '$lib/base/philox';
import { common } from '$lib/backend/webgpu/common';
import { Context } from '$lib/backend/webgpu/context';
import { requestDevice } from '$lib/backend/webgpu/adapter';
import { defineKernel } from '$lib/backend/webgpu/kernel';
import { Problem } from '$lib/base/problem';
import * as d from 'typegpu/data';
import { everyBinade, nearAndBetween, ulpError } from '../harness/ulp';

/** Each shader function, its counterpart in double precision and the arguments it is for. */
const functions: Readonly<Record<string, readonly [call: string, exact: (x: number) => number]>> = {
  erf: ['erf(x)', erf],
  tanh: ['accurateTanh(x)', Math.tanh],
  tanhSlope: ['tanhSlope(x)', (x) => 1 / Math.cosh(x) ** 2],
  asin: ['accurateAsin(x)', (x) => Math.asin(Math.max(-1, Math.min(1, x)))],
  acos: ['accurateAcos(x)', (x) => Math.acos(Math.max(-1, Math.min(1, x)))],
  exp: ['accurateExp(x)', Math.exp],
  expOfNegatives: ['orNotANumber(expOfNegatives(-abs(vec4f(x))), vec4f(x)).y', (x) => Math.exp(Math.max(-87, -Math.abs(x)))],
  erfOfFour: ['erfOfFour(vec4f(x)).value.y', erf],
  erfSlopeOfFour: ['erfOfFour(vec4f(x)).slope.y + 1e-30', (x) => 1e-30 + (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)],
  tanhOfFour: ['tanhOfFour(vec4f(x)).value.y', Math.tanh],
  tanhSlopeOfFour: ['tanhOfFour(vec4f(x)).slope.y + 1e-30', (x) => 1e-30 + 1 / Math.cosh(x) ** 2],
  log: ['accurateLog(x)', Math.log],
  angleOfTwo: ['angleOf(x, 2.0)', (x) => Math.atan2(x, 2)],
  angleOfMinusTwo: ['angleOf(abs(x), -2.0)', (x) => Math.atan2(Math.abs(x), -2)],
};

const evaluate = (call: string) =>
  defineKernel({
    name: `test of ${call}`,
    sources: [
      ...common.everything,
      `@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
        let i = (group.x + group.y * groups.x) * 64u + lane;
        if (i < layout.$.parameters.size) {
          let x = layout.$.x[i];
          layout.$.y[i] = ${call};
        }
      }`,
    ],
    reads: ['x'],
    writes: ['y'],
    parameters: { size: d.u32 },
  });

async function withContext<T>(body: (context: Context) => Promise<T>): Promise<T> {
  const gpu = await requestDevice(navigator.gpu);
  if (gpu instanceof Problem) throw gpu;
  const context = new Context(gpu, {
    product: 'registers',
    cholesky: 'registers',
    networkBytes: 0,
    workLimit: 1e8,
    pooledBytes: 0,
    canvas: false,
  });
  try {
    const result = await body(context);
    await context.settle();
    return result;
  } finally {
    context.dispose();
  }
}

/** Worst error in ULP of one function over all exponents and densely near ±1, ±½ and between, with the argument where it is. */
export const worstUlp = (given: unknown) =>
  withContext(async (context) => {
    const name = String(given);
    const entry = functions[name];
    if (!entry) throw new Error(`no function ${name}`);
    const [call, exact] = entry;
    const parts = [
      everyBinade(2048),
      nearAndBetween(1, -1, 1, 200_000),
      nearAndBetween(-1, -4, 4, 100_000),
      nearAndBetween(0.5, -12, 12, 100_000),
      nearAndBetween(-0.5, -100, 100, 100_000),
    ];
    let worst = -1;
    let at = NaN;
    let got = NaN;
    let points = 0;
    for (const part of parts) {
      using x = context.upload({ rows: 1, columns: part.length }, part);
      using y = context.empty({ rows: 1, columns: part.length });
      context.dispatch(evaluate(call), { x, y }, { size: part.length }, context.grid(part.length, 64));
      const values = await context.read(y);
      part.forEach((argument, i) => {
        // A denormal argument may be flushed to zero of its sign.
        const value = values[i]!;
        const flushed = Math.abs(argument) < 2 ** -126 ? ulpError(value, exact(argument < 0 ? -0 : 0)) : Infinity;
        const error = Math.min(flushed, ulpError(value, exact(argument)));
        if (error > worst) {
          worst = error;
          at = argument;
          got = value;
        }
      });
      points += part.length;
    }
    return { worst, at, got, exact: exact(at), points, software: context.gpu.software };
  });

/** Words of Philox for many counters against `base/philox.ts`, and the published vectors; count of words that differ. */
export const philoxWords = () =>
  withContext(async (context) => {
    const count = 4096;
    const kernel = defineKernel({
      name: 'test of philox',
      sources: [
        ...common.normals,
        `@compute @workgroup_size(64)
        fn main(@builtin(global_invocation_id) id: vec3u) {
          let i = id.x * 2654435761u;
          let words = philox(vec4u(i, i ^ 0xffffffffu, id.x, 0u), vec2u(i >> 3u, 7u * i));
          for (var k = 0u; k < 4u; k++) { layout.$.y[4u * id.x + k] = words[k]; }
        }`,
      ],
      reads: [],
      writes: ['y'],
      types: { y: d.u32 },
      parameters: { unused: d.u32 },
    });
    using y = context.empty({ rows: 1, columns: 4 * count });
    context.dispatch(kernel, { y }, { unused: 0 }, [count / 64]);
    const words = new Uint32Array(await context.bytes(y));
    let differing = 0;
    for (let n = 0; n < count; n++) {
      const i = Math.imul(n, 2654435761) >>> 0;
      const expected = philoxBlock([i, ~i >>> 0, n, 0], [i >>> 3, Math.imul(7, i) >>> 0]);
      for (let k = 0; k < 4; k++) if (expected[k] !== words[4 * n + k]) differing++;
    }
    return differing;
  });

/** Normals against `base/philox.ts`: worst absolute error over two million, and near the ends of the uniforms. */
export const boxMuller = () =>
  withContext(async (context) => {
    const kernel = defineKernel({
      name: 'test of Box–Muller',
      sources: [
        ...common.normals,
        `@compute @workgroup_size(64)
        fn main(@builtin(global_invocation_id) id: vec3u) {
          let w = layout.$.words[id.x];
          layout.$.y[2u * id.x] = minusLogUniform(w);
          let turn = cosineSine(w);
          layout.$.y[2u * id.x + 1u] = turn.x;
          layout.$.z[id.x] = turn.y;
        }`,
      ],
      reads: ['words'],
      writes: ['y', 'z'],
      types: { words: d.u32 },
      parameters: { unused: d.u32 },
    });
    const count = 1 << 20;
    // Words at both ends, at the quarter turns, and evenly between.
    const words = Uint32Array.from({ length: count }, (_, i) => {
      const part = i % 8;
      const n = i >> 3;
      return part < 4 ? Math.imul(i, 4099) >>> 0 : part === 4 ? n : part === 5 ? ~n >>> 0 : (((part - 5) << 29) + n - (count >> 4)) >>> 0;
    });
    using given = context.uploadWords(words);
    using y = context.empty({ rows: 2, columns: count });
    using z = context.empty({ rows: 1, columns: count });
    context.dispatch(kernel, { words: given, y, z }, { unused: 0 }, [count / 64]);
    const values = await context.read(y);
    const sines = await context.read(z);
    let logarithm = 0;
    let circle = 0;
    words.forEach((w, i) => {
      const u = (w + 0.5) / 2 ** 32;
      logarithm = Math.max(
        logarithm,
        ulpError(values[2 * i]!, w >= 2 ** 31 ? -Math.log1p(-((2 ** 32 - 1 - w + 0.5) / 2 ** 32)) : -Math.log(u)),
      );
      circle = Math.max(circle, Math.abs(values[2 * i + 1]! - Math.cos(2 * Math.PI * u)), Math.abs(sines[i]! - Math.sin(2 * Math.PI * u)));
    });
    return { logarithm, circle };
  });
