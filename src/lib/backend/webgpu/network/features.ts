import type { Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import type { Context } from '../context';
import { commonBatch, shapeText, type GpuMatrix } from '../matrix';
import { featureKernels, tileSide } from './feature-kernels';

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

/**
 * The fused product and activation into matrices made before: values = φ(W Xᵀ/√D), slopes = φ′ where given, and with `outputs` the shares of
 * Σ v φ; w [·, M, D], x [·, P, D], values and slopes [batch, M, P]. One dispatch.
 */
export function featuresInto(
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
    context.dispatch(featureKernels.values(activation), { weights, inputs, values }, given, grid, work);
  } else if (!outputs) {
    context.dispatch(featureKernels.slopes(activation), { weights, inputs, values, slopes }, given, grid, work);
  } else {
    const { readout, partial, shares, share } = outputs;
    const matrices = { weights, inputs, readout, values, slopes, partial };
    context.dispatch(featureKernels.outputs(activation), matrices, { ...given, shares, share }, grid, work);
  }
}

/** φ(W Xᵀ/√D) and, when asked, φ′: w [·, M, D], x [·, P, D] → [·, M, P], batches broadcast. */
export function features(
  context: Context,
  activation: Activation,
  w: Matrix,
  x: Matrix,
  wanted = false,
): { readonly values: GpuMatrix; readonly slopes?: GpuMatrix } {
  if (w.columns !== x.columns) throw new Error(`features: ${shapeText(w)} and ${shapeText(x)} do not fit`);
  const shape = { batch: commonBatch(w, x), rows: w.rows, columns: x.rows };
  const values = context.empty(shape);
  if (!wanted) {
    featuresInto(context, activation, w, x, values);
    return { values };
  }
  const slopes = context.empty(shape);
  featuresInto(context, activation, w, x, values, slopes);
  return { values, slopes };
}

/** φ(W Xᵀ/√D + H): w [·, M, D], x [·, P, D], H [·, M, P] → [·, M, P], batches broadcast. One dispatch. */
export function shiftedFeatures(context: Context, activation: Activation, weights: Matrix, inputs: Matrix, shift: Matrix): GpuMatrix {
  const shape = { batch: commonBatch(weights, inputs, shift), rows: weights.rows, columns: inputs.rows };
  if (weights.columns !== inputs.columns || shift.rows !== shape.rows || shift.columns !== shape.columns)
    throw new Error(`features: ${shapeText(weights)}, ${shapeText(inputs)} and ${shapeText(shift)} do not fit`);
  const values = context.empty(shape);
  const { given, grid, work } = dispatchOf(weights, values);
  context.dispatch(featureKernels.shifted(activation), { weights, inputs, shift, values }, given, grid, work);
  return values;
}
