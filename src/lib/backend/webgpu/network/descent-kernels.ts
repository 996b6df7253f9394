import { activationCode, type Activation } from '$lib/base/activation';
import tileSource from '$shaders/linalg/product_tile.wgsl?raw';
import activationSource from '$shaders/network/activation.wgsl?raw';
import readoutSource from '$shaders/network/descend_readout.wgsl?raw';
import residualSource from '$shaders/network/descend_residual.wgsl?raw';
import sharedSource from '$shaders/network/descend_shared.wgsl?raw';
import weightsSource from '$shaders/network/descend_weights.wgsl?raw';
import firstLayerForceSource from '$shaders/network/first_layer_force.wgsl?raw';
import readoutForceSource from '$shaders/network/readout_force.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import { defineKernel } from '../kernel';
import { DescentPoint } from './descent-sizes';

/** The kernels of a descent; each file of `shaders/network` says what it computes. */
export const descentKernels = {
  /** `numbers`: floats of workgroup memory. */
  shared: (activation: Activation, anchored: boolean, lanes: number, numbers: number) =>
    defineKernel({
      name: 'descend in workgroup memory',
      sources: [...common.activations, activationSource, sharedSource],
      reads: ['inputs', 'labels', 'base', 'anchor', 'points'],
      writes: ['weights', 'readout', 'status'],
      types: { points: DescentPoint },
      parameters: { batch: d.u32, width: d.u32, examples: d.u32, dimension: d.u32, first: d.u32, last: d.u32, scale: d.f32 },
      constants: {
        ACTIVATION: activationCode(activation),
        ANCHORED: anchored ? 1 : 0,
        LANES: lanes,
        NUMBERS: numbers,
      },
    }),
  residual: () =>
    defineKernel({
      name: 'descend: residual',
      sources: [residualSource],
      reads: ['partial', 'labels', 'base', 'points'],
      writes: ['residual', 'status'],
      types: { points: DescentPoint },
      parameters: { examples: d.u32, shares: d.u32, batch: d.u32, step: d.u32 },
    }),
  weights: (anchored: boolean) =>
    defineKernel({
      name: 'descend: weights',
      sources: [firstLayerForceSource, tileSource, weightsSource],
      reads: ['slopes', 'residual', 'across', 'readout', 'anchor', 'points'],
      writes: ['weights'],
      types: { points: DescentPoint },
      parameters: { particles: d.u32, examples: d.u32, dimension: d.u32, step: d.u32 },
      constants: { ANCHORED: anchored ? 1 : 0 },
    }),
  readout: () =>
    defineKernel({
      name: 'descend: readout',
      sources: [readoutForceSource, readoutSource],
      reads: ['values', 'residual', 'points'],
      writes: ['readout'],
      types: { points: DescentPoint },
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32, step: d.u32 },
    }),
};
