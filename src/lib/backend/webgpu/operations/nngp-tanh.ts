import type { Matrix } from '$lib/backend/backend';
import mapSource from '$shaders/kernel/nngp_tanh.wgsl?raw';
import slopesSource from '$shaders/kernel/tanh_slopes.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { product } from './product';

/** Even Hermite coefficients kept: enough for 5e-6 up to variance 25 at any correlation (`tests/gpu/nngp.spec.ts`). */
const pairs = 384;
/** Trapezoid rule on [0, 8]; the step resolves sech² up to a deviation of 15 and the highest Hermite function. */
const step = 0.03;
const nodes = 268;

const slopesKernel = () =>
  defineKernel({
    name: 'slopes of tanh',
    sources: [...common.activations, slopesSource],
    reads: ['a', 'nodes'],
    writes: ['s'],
    parameters: { rows: d.u32, columns: d.u32 },
  });

const mapKernel = () =>
  defineKernel({
    name: 'nngp of tanh',
    sources: [...common.covariance, mapSource],
    reads: ['c', 'a', 'b', 'f', 'g'],
    writes: ['kernel', 'derivative'],
    parameters: { rows: d.u32, columns: d.u32, first: d.u32, end: d.u32 },
    constants: { PAIRS: pairs },
  });

interface Tables {
  /** Nodes z, then weights: step · e^{−z²/4}/√2π, twice that for z > 0, which stands for ±z. */
  readonly nodes: Float32Array<ArrayBuffer>;
  /** h₂ⱼ(z) e^{−z²/4}, [nodes, pairs], h orthonormal. */
  readonly hermite: Float32Array<ArrayBuffer>;
}

let tables: Tables | undefined;

/** Made once, in double precision: h_{n+1} = (z hₙ − √n h_{n−1})/√(n+1). Half of the Gaussian goes with each table, so both stay bounded. */
function makeTables(): Tables {
  const rule = new Float32Array(2 * nodes);
  const hermite = new Float32Array(nodes * pairs);
  for (let i = 0; i < nodes; i++) {
    const z = i * step;
    const half = Math.exp((-z * z) / 4);
    rule[i] = z;
    rule[nodes + i] = ((i === 0 ? 1 : 2) * step * half) / Math.sqrt(2 * Math.PI);
    let previous = 0;
    let current = half;
    for (let order = 0; order < 2 * pairs; order++) {
      if (order % 2 === 0) hermite[i * pairs + order / 2] = current;
      const next = (Math.fround(z) * current - Math.sqrt(order) * previous) / Math.sqrt(order + 1);
      previous = current;
      current = next;
    }
  }
  return { nodes: rule, hermite };
}

interface Arrays {
  readonly c: Matrix;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly kernel: Matrix;
  readonly derivative: Matrix;
}

/** E tanh(u) tanh(v) and E tanh′(u) tanh′(v) into `kernel` and `derivative`, by Mehler's expansion; see `nngp_tanh.wgsl`. */
export function nngpTanh(context: Context, { c, a, b, kernel, derivative }: Arrays): void {
  tables ??= makeTables();
  using rule = context.upload({ rows: 2, columns: nodes }, tables.nodes);
  using hermite = context.upload({ rows: nodes, columns: pairs }, tables.hermite);
  const coefficients = (variances: Matrix): Matrix => {
    const { batch, rows } = variances;
    using s = context.empty({ batch, rows, columns: nodes });
    context.dispatch(
      slopesKernel(),
      { a: variances, nodes: rule, s },
      { rows, columns: nodes },
      [...context.grid(rows * nodes), batch],
      30 * rows * nodes * batch,
    );
    return product(context, s, hermite);
  };
  using f = coefficients(a);
  using own = b === a ? undefined : coefficients(b);
  const { batch, rows, columns } = kernel;
  const work = 7 * pairs * batch;
  for (const [first, end] of context.portions(rows * columns, work, 64)) {
    context.dispatch(
      mapKernel(),
      { c, a, b, f, g: own ?? f, kernel, derivative },
      { rows, columns, first, end },
      [...context.grid(end - first, 64), batch],
      work * (end - first),
    );
  }
}
