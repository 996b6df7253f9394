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

const before = (): readonly string[] => [...common.activationsOfFour, activationSource, tileSource];

/** The kernels of features; `features.wgsl` says what they compute. */
export const featureKernels = {
  values: (activation: Activation) =>
    defineKernel({
      name: 'features',
      sources: [...before(), valuesSource, featuresSource],
      reads: ['weights', 'inputs'],
      writes: ['values'],
      parameters,
      constants: { ACTIVATION: activationCode(activation) },
    }),
  shifted: (activation: Activation) =>
    defineKernel({
      name: 'features, part of them known',
      sources: [...before(), shiftedSource, featuresSource],
      reads: ['weights', 'inputs', 'shift'],
      writes: ['values'],
      parameters,
      constants: { ACTIVATION: activationCode(activation) },
    }),
  slopes: (activation: Activation) =>
    defineKernel({
      name: 'features and slopes',
      sources: [...before(), slopesSource, featuresSource],
      reads: ['weights', 'inputs'],
      writes: ['values', 'slopes'],
      parameters,
      constants: { ACTIVATION: activationCode(activation) },
    }),
  outputs: (activation: Activation) =>
    defineKernel({
      name: 'features, slopes and outputs',
      sources: [...before(), outputsSource, featuresSource],
      reads: ['weights', 'inputs', 'readout'],
      writes: ['values', 'slopes', 'partial'],
      parameters: { ...parameters, shares: d.u32, share: d.u32 },
      constants: { ACTIVATION: activationCode(activation) },
    }),
};
