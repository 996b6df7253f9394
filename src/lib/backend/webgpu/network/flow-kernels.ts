import tileSource from '$shaders/linalg/product_tile.wgsl?raw';
import firstLayerForceSource from '$shaders/network/first_layer_force.wgsl?raw';
import outputSource from '$shaders/network/flow_output.wgsl?raw';
import readoutSource from '$shaders/network/flow_readout.wgsl?raw';
import residualSource from '$shaders/network/flow_residual.wgsl?raw';
import stageSource from '$shaders/network/flow_stage.wgsl?raw';
import weightsSource from '$shaders/network/flow_weights.wgsl?raw';
import readoutForceSource from '$shaders/network/readout_force.wgsl?raw';
import * as d from 'typegpu/data';
import { defineKernel } from '../kernel';

/** How a block of weights moves in one evaluation, in deviations from its centre: A₀, A₁, A₂, G₁ and G₀ of `chebyshev.ts`. */
export const FlowBlock = d.struct({ start: d.f32, now: d.f32, before: d.f32, force: d.f32, startForce: d.f32 });

/**
 * A row of the table on the device, one for each evaluation of each point: its kind (`rowKind`), how w and v move, 1/dt at the end of a step
 * (else 0), 1/(γM), γ, and the centre as a multiple of w̄.
 */
export const FlowRow = d.struct({
  kind: d.f32,
  weights: FlowBlock,
  readout: FlowBlock,
  inverseStep: d.f32,
  outputScale: d.f32,
  gamma: d.f32,
  centre: d.f32,
});

const stage = { section: d.u32, now: d.u32, evaluation: d.u32, places: d.u32 };

/** The kernels of one evaluation of the force after the features, in the order they run; each file of `shaders/network` says what it computes. */
export const flowKernels = {
  output: () =>
    defineKernel({
      name: 'flow: output',
      sources: [outputSource],
      reads: ['values', 'readout'],
      writes: ['partial'],
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32, shares: d.u32, shareSize: d.u32 },
      constants: { LANES: 64 },
    }),
  residual: () =>
    defineKernel({
      name: 'flow: residual',
      sources: [residualSource],
      reads: ['partial', 'labels', 'table'],
      writes: ['residual'],
      types: { table: FlowRow },
      parameters: { examples: d.u32, shares: d.u32 },
    }),
  weights: (anchored: boolean) =>
    defineKernel({
      name: 'flow: weights',
      sources: [stageSource, firstLayerForceSource, tileSource, weightsSource],
      reads: ['slopes', 'residual', 'across', 'readout', 'anchor', 'table'],
      writes: ['moving', 'moves'],
      types: { table: FlowRow },
      structs: { FlowBlock, FlowRow },
      parameters: { particles: d.u32, examples: d.u32, dimension: d.u32, ...stage, scale: d.f32 },
      constants: { ANCHORED: anchored ? 1 : 0 },
    }),
  readout: () =>
    defineKernel({
      name: 'flow: readout',
      sources: [stageSource, readoutForceSource, readoutSource],
      reads: ['values', 'residual', 'table'],
      writes: ['moving', 'moves'],
      types: { table: FlowRow },
      structs: { FlowBlock, FlowRow },
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32, ...stage },
    }),
};
