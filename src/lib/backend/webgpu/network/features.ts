import type { Matrix } from '$lib/backend/backend';
import { activationCode, type Activation } from '$lib/base/activation';
import activationSource from '$shaders/network/activation_of_four.wgsl?raw';
import featuresSource from '$shaders/network/features.wgsl?raw';
import shiftedSource from '$shaders/network/keep_shifted.wgsl?raw';
import slopesSource from '$shaders/network/keep_slopes.wgsl?raw';
import valuesSource from '$shaders/network/keep_values.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, shapeText, type GpuMatrix } from '../matrix';
import { featuresByTiles, shiftedByTiles } from './feature-tiles';

/** Sides of the register tile of an invocation. */
const tileSide = 8;
/** Invocations of a workgroup. */
const lanes = 16;

const parameters = { particles: d.u32, examples: d.u32, dimension: d.u32, scale: d.f32 };

const before = (): readonly string[] => [...common.activationsOfFour, activationSource, tileSource];

const kernels = {
  values: (activation: Activation) =>
    defineKernel({
      name: 'features',
      sources: [...before(), valuesSource, featuresSource],
      reads: ['weights', 'inputs'],
      writes: ['values'],
      parameters,
      constants: { ACTIVATION: activationCode(activation), LANES: lanes },
    }),
  shifted: (activation: Activation) =>
    defineKernel({
      name: 'features, part of them known',
      sources: [...before(), shiftedSource, featuresSource],
      reads: ['weights', 'inputs', 'shift'],
      writes: ['values'],
      parameters,
      constants: { ACTIVATION: activationCode(activation), LANES: lanes },
    }),
  slopes: (activation: Activation) =>
    defineKernel({
      name: 'features and slopes',
      sources: [...before(), slopesSource, featuresSource],
      reads: ['weights', 'inputs'],
      writes: ['values', 'slopes'],
      parameters,
      constants: { ACTIVATION: activationCode(activation), LANES: lanes },
    }),
};

/**
 * The fused product and activation into matrices made before: values = φ(W Xᵀ/√D), slopes = φ′ where given;
 * w [·, M, D], x [·, P, D], values and slopes [batch, M, P]. One dispatch.
 */
export function featuresInto(
  context: Context,
  activation: Activation,
  weights: Matrix,
  inputs: Matrix,
  values: GpuMatrix,
  slopes?: GpuMatrix,
): void {
  if (context.tuning.lanes === 'many') {
    featuresByTiles(context, activation, weights, inputs, values, slopes);
    return;
  }
  const { given, grid, work } = dispatchOf(context, weights, values);
  if (slopes) context.dispatch(kernels.slopes(activation), { weights, inputs, values, slopes }, given, grid, work);
  else context.dispatch(kernels.values(activation), { weights, inputs, values }, given, grid, work);
}

/** What a dispatch of any of the kernels is given. */
function dispatchOf(context: Context, { columns: dimension }: Matrix, { batch, rows: particles, columns: examples }: GpuMatrix) {
  return {
    given: { particles, examples, dimension, scale: 1 / Math.sqrt(dimension) },
    grid: [...context.grid(Math.ceil(examples / tileSide) * Math.ceil(particles / tileSide), lanes), batch] as const,
    work: (2 * dimension + 40) * particles * examples * batch,
  };
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
  if (context.tuning.lanes === 'many') {
    shiftedByTiles(context, activation, weights, inputs, shift, values);
    return values;
  }
  const { given, grid, work } = dispatchOf(context, weights, values);
  context.dispatch(kernels.shifted(activation), { weights, inputs, shift, values }, given, grid, work);
  return values;
}
