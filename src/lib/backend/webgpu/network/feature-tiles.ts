import type { Activation } from '$lib/base/activation';
import type { Matrix } from '$lib/backend/backend';
import type { Context } from '../context';
import type { GpuMatrix } from '../matrix';
import { tileKernels, tileSide } from './tile-kernels';

/** Where the shares of the outputs go: partial [batch · shares, P, 1], a share for every `tileSide` neurons, the first of these number `share`. */
export interface Shares {
  /** v, [B, M, 1]. */
  readonly readout: Matrix;
  readonly partial: GpuMatrix;
  readonly shares: number;
  readonly share: number;
}

/** What a dispatch of any of the kernels is given. */
const dispatchOf = ({ columns: dimension }: Matrix, { batch, rows: particles, columns: examples }: GpuMatrix) => ({
  given: { particles, examples, dimension, scale: 1 / Math.sqrt(dimension) },
  grid: [Math.ceil(examples / tileSide), Math.ceil(particles / tileSide), batch] as const,
  work: (2 * dimension + 40) * particles * examples * batch,
});

/** `featuresInto` for real GPUs, by tiles in workgroup memory; with `outputs` also the shares of Σ v φ. One dispatch. */
export function featuresByTiles(
  context: Context,
  activation: Activation,
  weights: Matrix,
  inputs: Matrix,
  values: GpuMatrix,
  slopes?: GpuMatrix,
  outputs?: Shares,
): void {
  const { given, grid, work } = dispatchOf(weights, values);
  if (!slopes) {
    context.dispatch(tileKernels.values(activation), { weights, inputs, values }, given, grid, work);
  } else if (!outputs) {
    context.dispatch(tileKernels.slopes(activation), { weights, inputs, values, slopes }, given, grid, work);
  } else {
    const { readout, partial, shares, share } = outputs;
    const matrices = { weights, inputs, readout, values, slopes, partial };
    context.dispatch(tileKernels.outputs(activation), matrices, { ...given, shares, share }, grid, work);
  }
}

/** `shiftedFeatures` in the same way. */
export function shiftedByTiles(
  context: Context,
  activation: Activation,
  weights: Matrix,
  inputs: Matrix,
  shift: Matrix,
  values: GpuMatrix,
): void {
  const { given, grid, work } = dispatchOf(weights, values);
  context.dispatch(tileKernels.shifted(activation), { weights, inputs, shift, values }, given, grid, work);
}
