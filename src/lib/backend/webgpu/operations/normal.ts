import type { Matrix, RandomKey, Shape } from '$lib/backend/backend';
import { seedWords } from '$lib/base/philox';
import source from '$shaders/kernel/normal.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import type { Context } from '../context';
import { defineKernel } from '../kernel';

const kernel = () =>
  defineKernel({
    name: 'normal',
    sources: [...common.normals, source],
    reads: [],
    writes: ['c'],
    parameters: { size: d.u32, batch: d.u32, step: d.u32, stream: d.u32, seedLow: d.u32, seedHigh: d.u32 },
  });

/** Standard normals, see `Backend.normal`: the same for every batch entry. */
export function normal(context: Context, shape: Shape, key: RandomKey): Matrix {
  const c = context.empty(shape);
  const size = shape.rows * shape.columns;
  const [seedLow, seedHigh] = seedWords(key.seed);
  const parameters = { size, batch: c.batch, step: key.step, stream: key.stream, seedLow, seedHigh };
  context.dispatch(kernel(), { c }, parameters, context.grid(size), size * (64 + c.batch));
  return c;
}
