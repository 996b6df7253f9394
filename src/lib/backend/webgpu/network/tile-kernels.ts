import { activationCode, type Activation } from '$lib/base/activation';
import tileSource from '$shaders/linalg/product_tile.wgsl?raw';
import activationSource from '$shaders/network/activation_of_four.wgsl?raw';
import descendReadoutSource from '$shaders/network/descend_readout_tile.wgsl?raw';
import descendWeightsSource from '$shaders/network/descend_weights_tile.wgsl?raw';
import featuresSource from '$shaders/network/features_tile.wgsl?raw';
import flowReadoutSource from '$shaders/network/flow_readout_tile.wgsl?raw';
import flowResidualSource from '$shaders/network/flow_residual_tile.wgsl?raw';
import flowWeightsSource from '$shaders/network/flow_weights_tile.wgsl?raw';
import pullSource from '$shaders/network/pull_tile.wgsl?raw';
import pushSource from '$shaders/network/push_tile.wgsl?raw';
import stageSource from '$shaders/network/flow_stage.wgsl?raw';
import stageOneSource from '$shaders/network/flow_stage_one.wgsl?raw';
import outputsSource from '$shaders/network/tile_outputs.wgsl?raw';
import shiftedSource from '$shaders/network/tile_shifted.wgsl?raw';
import slopesSource from '$shaders/network/tile_slopes.wgsl?raw';
import valuesSource from '$shaders/network/tile_values.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import { defineKernel } from '../kernel';
import { tableFields } from './flow-kernels';

/** Rows and columns of a product that one workgroup has. */
export const tileSide = 64;
/** Neurons of one workgroup of the readout's kernels. */
export const neuronsTogether = 8;
/** Examples of one workgroup of `residual`. */
export const examplesTogether = 16;

const features = { particles: d.u32, examples: d.u32, dimension: d.u32, scale: d.f32 };

const before = (): readonly string[] => [...common.activationsOfFour, activationSource, tileSource];

/** Kernels of networks for real GPUs; each file of `shaders/network` says what it computes. */
export const tileKernels = {
  values: (activation: Activation) =>
    defineKernel({
      name: 'features by tiles',
      sources: [...before(), valuesSource, featuresSource],
      reads: ['weights', 'inputs'],
      writes: ['values'],
      parameters: features,
      constants: { ACTIVATION: activationCode(activation) },
    }),
  shifted: (activation: Activation) =>
    defineKernel({
      name: 'features by tiles, part of them known',
      sources: [...before(), shiftedSource, featuresSource],
      reads: ['weights', 'inputs', 'shift'],
      writes: ['values'],
      parameters: features,
      constants: { ACTIVATION: activationCode(activation) },
    }),
  slopes: (activation: Activation) =>
    defineKernel({
      name: 'features and slopes by tiles',
      sources: [...before(), slopesSource, featuresSource],
      reads: ['weights', 'inputs'],
      writes: ['values', 'slopes'],
      parameters: features,
      constants: { ACTIVATION: activationCode(activation) },
    }),
  outputs: (activation: Activation) =>
    defineKernel({
      name: 'features, slopes and outputs by tiles',
      sources: [...before(), outputsSource, featuresSource],
      reads: ['weights', 'inputs', 'readout'],
      writes: ['values', 'slopes', 'partial'],
      parameters: { ...features, shares: d.u32, share: d.u32 },
      constants: { ACTIVATION: activationCode(activation) },
    }),
  flowResidual: () =>
    defineKernel({
      name: 'flow: residual side by side',
      sources: [flowResidualSource],
      reads: ['partial', 'labels', 'table'],
      writes: ['residual'],
      parameters: { examples: d.u32, shares: d.u32 },
    }),
  flowWeights: (anchored: boolean) =>
    defineKernel({
      name: 'flow: weights by tiles',
      sources: [stageSource, stageOneSource, pullSource, tileSource, flowWeightsSource],
      reads: ['slopes', 'residual', 'across', 'readout', 'anchor', 'table'],
      writes: ['moving', 'moves'],
      parameters: {
        particles: d.u32,
        examples: d.u32,
        dimension: d.u32,
        section: d.u32,
        now: d.u32,
        evaluation: d.u32,
        places: d.u32,
        scale: d.f32,
      },
      constants: { ANCHORED: anchored ? 1 : 0, ROW: tableFields },
    }),
  flowReadout: () =>
    defineKernel({
      name: 'flow: readout side by side',
      sources: [stageSource, stageOneSource, pushSource, flowReadoutSource],
      reads: ['values', 'residual', 'table'],
      writes: ['moving', 'moves'],
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32, section: d.u32, now: d.u32, evaluation: d.u32, places: d.u32 },
      constants: { ROW: tableFields },
    }),
  descendWeights: (anchored: boolean) =>
    defineKernel({
      name: 'descend: weights by tiles',
      sources: [pullSource, tileSource, descendWeightsSource],
      reads: ['slopes', 'residual', 'across', 'readout', 'anchor', 'points'],
      writes: ['weights'],
      parameters: { particles: d.u32, examples: d.u32, dimension: d.u32, step: d.u32 },
      constants: { ANCHORED: anchored ? 1 : 0 },
    }),
  descendReadout: () =>
    defineKernel({
      name: 'descend: readout side by side',
      sources: [pushSource, descendReadoutSource],
      reads: ['values', 'residual', 'points'],
      writes: ['readout'],
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32, step: d.u32 },
    }),
};
