import type { Matrix } from '$lib/backend/backend';
import squaresSource from '$shaders/kernel/row_squares.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import type { GpuMatrix } from '../matrix';

const squares = () =>
  defineKernel({
    name: 'squares of rows',
    sources: [squaresSource],
    reads: ['x'],
    writes: ['v'],
    parameters: { rows: d.u32, inner: d.u32, scale: d.f32 },
  });

/** scale · |x|²/D of each row, [batch, n, 1]. */
export function rowVariances(context: Context, x: Matrix, scale: number): GpuMatrix {
  const { batch, rows, columns: inner } = x;
  const v = context.empty({ batch, rows, columns: 1 });
  context.dispatch(
    squares(),
    { x, v },
    { rows, inner, scale: scale / inner },
    [...context.grid(rows, 64), batch],
    2 * rows * inner * batch,
  );
  return v;
}
