import { activationCode, type Activation } from '$lib/base/activation';
import tileSource from '$shaders/linalg/product_tile.wgsl?raw';
import activationSource from '$shaders/network/activation_of_four.wgsl?raw';
import featuresSource from '$shaders/network/features.wgsl?raw';
import outputsSource from '$shaders/network/features_outputs.wgsl?raw';
import shiftedSource from '$shaders/network/features_shifted.wgsl?raw';
import slopesSource from '$shaders/network/features_slopes.wgsl?raw';
import valuesSource from '$shaders/network/features_values.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import { defineKernel } from '../kernel';

/** Rows and columns of a product that one workgroup computes, as `TILE` in product_tile.wgsl. */
export const tileSide = 64;

const parameters = { particles: d.u32, examples: d.u32, dimension: d.u32, scale: d.f32 };

/** A kernel of features: the part of its source that says which, what it reads and writes besides, and its further parameters. */
const kernelOf =
  <Read extends string, Write extends string, More extends string = never>(
    name: string,
    source: string,
    reads: readonly Read[],
    writes: readonly Write[],
    more = {} as Readonly<Record<More, d.U32>>,
  ) =>
  (activation: Activation) =>
    defineKernel({
      name,
      sources: [...common.activationsOfFour, activationSource, tileSource, source, featuresSource],
      reads: ['weights', 'inputs', ...reads],
      writes: ['values', ...writes],
      parameters: { ...parameters, ...more },
      constants: { ACTIVATION: activationCode(activation) },
    });

/** The kernels of features; `features.wgsl` says what they compute. */
export const featureKernels = {
  values: kernelOf('features', valuesSource, [], []),
  shifted: kernelOf('features, part of them known', shiftedSource, ['shift'], []),
  slopes: kernelOf('features and slopes', slopesSource, [], ['slopes']),
  outputs: kernelOf('features, slopes and outputs', outputsSource, ['readout'], ['slopes', 'partial'], { shares: d.u32, share: d.u32 }),
};
