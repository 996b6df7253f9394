import type { Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import erfSource from '$shaders/kernel/nngp_erf.wgsl?raw';
import linearSource from '$shaders/kernel/nngp_linear.wgsl?raw';
import quadraticSource from '$shaders/kernel/nngp_quadratic.wgsl?raw';
import reluSource from '$shaders/kernel/nngp_relu.wgsl?raw';
import mainSource from '$shaders/kernel/nngp.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, shapeText } from '../matrix';
import { nngpTanh } from './nngp-tanh';

/** WGSL of `nngpMap`, the map of one entry. */
export const mapSources = {
  linear: [linearSource],
  relu: [...common.covariance, reluSource],
  erf: [...common.covariance, erfSource],
  quadratic: [quadraticSource],
};

const kernel = (activation: Exclude<Activation, 'tanh'>) =>
  defineKernel({
    name: `nngp of ${activation}`,
    sources: [...mapSources[activation], mainSource],
    reads: ['c', 'a', 'b'],
    writes: ['kernel', 'derivative'],
    parameters: { rows: d.u32, columns: d.u32 },
  });

/** NNGP map and derivative kernel, `theory.md` §1, see `Backend.nngp`. */
export function nngp(context: Context, activation: Activation, c: Matrix, a: Matrix, b: Matrix): { kernel: Matrix; derivative: Matrix } {
  const { rows, columns } = c;
  if (a.rows !== rows || a.columns !== 1 || b.rows !== columns || b.columns !== 1) {
    throw new Error(`nngp: variances ${shapeText(a)} and ${shapeText(b)} do not fit covariances ${shapeText(c)}`);
  }
  const batch = commonBatch(c, a, b);
  const made = { kernel: context.empty({ batch, rows, columns }), derivative: context.empty({ batch, rows, columns }) };
  if (activation === 'tanh') nngpTanh(context, { c, a, b, ...made });
  else {
    const size = rows * columns;
    context.dispatch(kernel(activation), { c, a, b, ...made }, { rows, columns }, [...context.grid(size), batch], 80 * size * batch);
  }
  return made;
}
