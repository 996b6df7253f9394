import type { Factor } from '$lib/backend/backend';
import productSource from '$shaders/linalg/inverse_product.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { own, type GpuMatrix } from '../matrix';
import { invertLower } from './substitution';

const tileSide = 8;

const kernel = (lanes: number) =>
  defineKernel({
    name: 'product of the inverse factors',
    sources: [tileSource, productSource],
    reads: ['root'],
    writes: ['inverse'],
    parameters: { n: d.u32 },
    constants: { LANES: lanes },
  });

/** A⁻¹ = L⁻ᵀ L⁻¹, [batch, n, n], exactly symmetric: n³/3 multiply–adds, twice the factorisation. */
export function inverse(context: Context, factor: Factor): GpuMatrix {
  const lower = own(factor.lower);
  const { batch, rows: n } = lower;
  using root = invertLower(context, lower);
  const result = context.empty(lower);
  const tiles = Math.ceil(n / tileSide);
  const lanes = context.tuning.cholesky === 'registers' ? 16 : 64;
  const groups = Math.ceil((tiles * (tiles + 1)) / 2 / lanes);
  context.dispatch(kernel(lanes), { root, inverse: result }, { n }, [groups, 1, batch], (n ** 3 / 3) * batch);
  return result;
}
