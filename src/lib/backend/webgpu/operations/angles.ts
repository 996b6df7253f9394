import type { Matrix } from '$lib/backend/backend';
import anglesSource from '$shaders/kernel/angles.wgsl?raw';
import reluSource from '$shaders/kernel/relu_angles.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch } from '../matrix';
import { along, readsFours, rowSine } from './maps';
import { gram } from './product';
import { rowVariances } from './row-variances';

const anglesKernel = (same: boolean, packed: boolean) =>
  defineKernel({
    name: `angles of rows${same ? ', of one matrix' : ''}${packed ? ', packed' : ''}`,
    sources: [...common.covariance, packed ? along.four : along.one, rowSine, anglesSource],
    reads: ['x', 'z', 'c', 'a', 'b'],
    writes: ['t'],
    types: packed ? { x: d.vec4f, z: d.vec4f } : {},
    parameters: { rows: d.u32, columns: d.u32, inner: d.u32, first: d.u32, end: d.u32, root: d.f32 },
    constants: { SAME: same ? 1 : 0, PACK: packed ? 4 : 1 },
  });

/** Signed angles between rows, see `Backend.angles`. */
export function angles(context: Context, x: Matrix, z: Matrix = x): Matrix {
  const [rows, columns, inner] = [x.rows, z.rows, x.columns];
  const batch = commonBatch(x, z);
  using c = gram(context, x, z);
  using a = rowVariances(context, x, 1);
  using others = z === x ? undefined : rowVariances(context, z, 1);
  const t = context.empty({ batch, rows, columns });
  const kernel = anglesKernel(z === x, readsFours(x, z));
  const work = (40 + 5 * inner) * batch;
  for (const [first, end] of context.portions(rows * columns, work, 64))
    context.dispatch(
      kernel,
      { x, z, c, a, b: others ?? a, t },
      { rows, columns, inner, first, end, root: Math.sqrt(inner) },
      [...context.grid(end - first, 64), batch],
      work * (end - first),
    );
  return t;
}

const reluKernel = () =>
  defineKernel({
    name: 'angles of relu features',
    sources: [...common.covariance, reluSource],
    reads: ['given'],
    writes: ['t'],
    parameters: { size: d.u32 },
  });

/** The relu map of signed angles, see `Backend.reluAngles`. */
export function reluAngles(context: Context, given: Matrix): Matrix {
  const { batch, rows, columns } = given;
  const t = context.empty({ batch, rows, columns });
  const size = batch * rows * columns;
  context.dispatch(reluKernel(), { given, t }, { size }, [...context.grid(size), 1], 60 * size);
  return t;
}
