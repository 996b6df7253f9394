import type { KernelScales, Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import mainSource from '$shaders/kernel/nngp.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, shapeText } from '../matrix';
import { along, entrySources, isSharp, mapWork, readsFours, rowNumbers, rowScalars } from './maps';

const reads = ['c', 'a', 'b'] as const;
const shared = { writes: ['kernel', 'derivative'], parameters: { rows: d.u32, columns: d.u32, first: d.u32, end: d.u32 } } as const;

const plainKernel = (activation: Activation) =>
  defineKernel({ name: `nngp of ${activation}`, sources: [...entrySources(activation, 'covariance'), mainSource], reads, ...shared });

const angleKernel = (activation: Activation) =>
  defineKernel({
    name: `nngp of ${activation} at given angles`,
    sources: [...entrySources(activation, 'given'), mainSource],
    reads: [...reads, 'angles'],
    constants: { ALWAYS: isSharp(activation) ? 0 : 1 },
    ...shared,
  });

const rowsKernel = (activation: Activation, same: boolean, packed: boolean) =>
  defineKernel({
    name: `nngp of ${activation} at the angles of rows${same ? ', of one matrix' : ''}${packed ? ', packed' : ''}`,
    sources: [packed ? along.four : along.one, ...entrySources(activation, 'rows'), mainSource],
    reads: [...reads, 'x', 'z'],
    writes: shared.writes,
    types: packed ? { x: d.vec4f, z: d.vec4f } : {},
    parameters: { ...shared.parameters, ...rowScalars },
    constants: { SAME: same ? 1 : 0, PACK: packed ? 4 : 1 },
  });

/** Entries of one workgroup. */
const chunk = 1024;

/** NNGP map and derivative kernel, `theory.md` §1, see `Backend.nngp`. */
export function nngp(
  context: Context,
  activation: Activation,
  c: Matrix,
  a: Matrix,
  b: Matrix,
  angles?: Matrix,
): { kernel: Matrix; derivative: Matrix } {
  const { rows, columns } = c;
  if (a.rows !== rows || a.columns !== 1 || b.rows !== columns || b.columns !== 1) {
    throw new Error(`nngp: variances ${shapeText(a)} and ${shapeText(b)} do not fit covariances ${shapeText(c)}`);
  }
  if (angles && (angles.rows !== rows || angles.columns !== columns))
    throw new Error(`nngp: angles ${shapeText(angles)} do not fit covariances ${shapeText(c)}`);
  const batch = commonBatch(c, a, b, ...(angles ? [angles] : []));
  const made = { kernel: context.empty({ batch, rows, columns }), derivative: context.empty({ batch, rows, columns }) };
  const work = mapWork[activation] * batch;
  for (const [first, end] of context.portions(rows * columns, work, chunk)) {
    const grid = [...context.grid(end - first, chunk), batch] as const;
    const numbers = { rows, columns, first, end };
    if (angles && activation !== 'linear' && activation !== 'quadratic')
      context.dispatch(angleKernel(activation), { c, a, b, angles, ...made }, numbers, grid, work * (end - first));
    else context.dispatch(plainKernel(activation), { c, a, b, ...made }, numbers, grid, work * (end - first));
  }
  return made;
}

/** The maps of erf and tanh with the rows at hand that covariances and variances were made of, scaled by `scales`. */
export function nngpOfRows(
  context: Context,
  activation: Activation,
  c: Matrix,
  a: Matrix,
  b: Matrix,
  x: Matrix,
  z: Matrix,
  scales: KernelScales,
): { kernel: Matrix; derivative: Matrix } {
  const { batch, rows, columns } = c;
  const made = { kernel: context.empty({ batch, rows, columns }), derivative: context.empty({ batch, rows, columns }) };
  const kernel = rowsKernel(activation, z === x, readsFours(x, z));
  const work = mapWork[activation] * batch;
  for (const [first, end] of context.portions(rows * columns, work, chunk))
    context.dispatch(
      kernel,
      { c, a, b, x, z, ...made },
      { rows, columns, first, end, ...rowNumbers(scales, x.columns) },
      [...context.grid(end - first, chunk), batch],
      work * (end - first),
    );
  return made;
}
