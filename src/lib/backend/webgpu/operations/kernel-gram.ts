import type { KernelScales, Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import gramSource from '$shaders/kernel/kernel_gram.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, shapeText } from '../matrix';
import { combine } from './combine';
import { diagonal } from './elementwise';
import { along, entrySources, isSharp, mapWork, readsFours, rowNumbers, rowScalars } from './maps';
import { nngp, nngpOfRows } from './nngp';
import { gram } from './product';
import { rowVariances } from './row-variances';

/** Rows and columns of K that one workgroup computes. */
const block = 32;

/** Workgroups of one dispatch, at most: the limit that every adapter has. */
const mostGroups = 65535;

/**
 * Where products have tiles in workgroup memory (real GPUs), the longest inputs for which reading them from the caches costs less than
 * writing and reading the Gram matrix once more. By count of bytes and operations, 2D against about 200 for the map and the traffic.
 */
const longestCached = 256;

const kernel = (activation: Activation, symmetric: boolean, same: boolean, packed: boolean) =>
  defineKernel({
    name: `nngp of a Gram matrix, ${activation}${symmetric ? ', symmetric' : same ? ', of one matrix' : ''}${packed ? ', packed' : ''}`,
    sources: [
      packed ? along.four : along.one,
      ...entrySources(activation, isSharp(activation) ? 'rows' : 'covariance'),
      tileSource,
      gramSource,
    ],
    reads: ['x', 'z', 'a', 'b'],
    writes: ['kernel'],
    types: packed ? { x: d.vec4f, z: d.vec4f } : {},
    parameters: {
      first: d.u32,
      rows: d.u32,
      columns: d.u32,
      scale: d.f32,
      ratio: d.f32,
      ...rowScalars,
    },
    constants: { SYMMETRIC: symmetric ? 1 : 0, SAME: same ? 1 : 0, PACK: packed ? 4 : 1 },
  });

/** The map of a Gram matrix that is written out, where that is sooner done. */
function inTwo(context: Context, activation: Activation, x: Matrix, z: Matrix, scales: KernelScales): Matrix {
  using covariance = gram(context, x, z);
  using own = z === x ? diagonal(context, covariance) : undefined;
  using scaled = combine(context, [[scales.covariance, covariance]]);
  using a = own ? combine(context, [[scales.rows, own]]) : rowVariances(context, x, scales.rows);
  using b = own ? combine(context, [[scales.columns, own]]) : rowVariances(context, z, scales.columns);
  const made = isSharp(activation) ? nngpOfRows(context, activation, scaled, a, b, x, z, scales) : nngp(context, activation, scaled, a, b);
  made.derivative[Symbol.dispose]();
  return made.kernel;
}

const usual: KernelScales = { covariance: 1, rows: 1, columns: 1 };

/** The NNGP map of a Gram matrix, see `Backend.kernelGram`. */
export function kernelGram(context: Context, activation: Activation, x: Matrix, z: Matrix = x, scales: KernelScales = usual): Matrix {
  if (x.columns !== z.columns) throw new Error(`kernelGram: ${shapeText(x)} and ${shapeText(z)} have rows of different lengths`);
  const [rows, columns, inner] = [x.rows, z.rows, x.columns];
  if (context.tuning.product === 'shared' && inner > longestCached) return inTwo(context, activation, x, z, scales);
  const batch = commonBatch(x, z);
  // With a scale of its own for each side the kernel of x with itself is not symmetric.
  const symmetric = z === x && scales.rows === scales.columns && scales.rows > 0;
  using a = rowVariances(context, x, scales.rows);
  using b = symmetric ? undefined : rowVariances(context, z, scales.columns);
  const result = context.empty({ batch, rows, columns });
  const packed = readsFours(x, z);
  const [across, down] = [Math.ceil(columns / block), Math.ceil(rows / block)];
  const blocks = symmetric ? (down * (down + 1)) / 2 : across * down;
  const work = (2 * inner + mapWork[activation]) * block * block * batch;
  const { covariance } = scales;
  const given = { rows, columns, scale: covariance / inner, ratio: covariance / scales.rows, ...rowNumbers(scales, inner) };
  for (const [first, end] of context.portions(blocks, Math.max(work, context.tuning.workLimit / mostGroups), 1))
    context.dispatch(
      kernel(activation, symmetric, z === x, packed),
      { x, z, a, b: b ?? a, kernel: result },
      { first, ...given },
      [end - first, 1, batch],
      work * (end - first),
    );
  return result;
}
