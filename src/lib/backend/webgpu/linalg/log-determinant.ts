import type { Factor } from '$lib/backend/backend';
import source from '$shaders/linalg/log_determinant.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { own, type GpuMatrix } from '../matrix';

const lanes = 4;

const kernel = () =>
  defineKernel({
    name: 'log determinant',
    sources: [...common.log, tileSource, source],
    reads: ['lower'],
    writes: ['result'],
    parameters: { n: d.u32, batch: d.u32 },
    constants: { LANES: lanes },
  });

/** log det A = 2 Σ log L_ii, [batch, 1, 1]; not-a-number where the factorisation failed. */
export function logDeterminant(context: Context, factor: Factor): GpuMatrix {
  const lower = own(factor.lower);
  const { batch, rows: n } = lower;
  const result = context.empty({ batch, rows: 1, columns: 1 });
  context.dispatch(kernel(), { lower, result }, { n, batch }, [Math.ceil(batch / lanes)], n * batch);
  return result;
}
