import tileSource from '$shaders/linalg/product_tile.wgsl?raw';
import firstLayerForceSource from '$shaders/network/first_layer_force.wgsl?raw';
import outputSource from '$shaders/network/flow_output.wgsl?raw';
import readoutSource from '$shaders/network/flow_readout.wgsl?raw';
import residualSource from '$shaders/network/flow_residual.wgsl?raw';
import stageSource from '$shaders/network/flow_stage.wgsl?raw';
import weightsSource from '$shaders/network/flow_weights.wgsl?raw';
import readoutForceSource from '$shaders/network/readout_force.wgsl?raw';
import * as d from 'typegpu/data';
import { fields } from '../fields';
import { defineKernel } from '../kernel';

/**
 * A row of the table on the device, one for each evaluation of each point: first the numbers of a row of `chebyshev.ts` (its kind; A₀, A₁, A₂, G₁, G₀
 * for w, then for v; 1/dt at the end of a step, else 0), then 1/(γM), γ, and the centre as a multiple of w̄.
 */
export const tableFields = fields('ROW', { kind: 1, weights: 5, readout: 5, inverseStep: 1, outputScale: 1, gamma: 1, centre: 1 }, 16);

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
      parameters: { examples: d.u32, shares: d.u32 },
      constants: tableFields.constants,
    }),
  weights: (anchored: boolean) =>
    defineKernel({
      name: 'flow: weights',
      sources: [stageSource, firstLayerForceSource, tileSource, weightsSource],
      reads: ['slopes', 'residual', 'across', 'readout', 'anchor', 'table'],
      writes: ['moving', 'moves'],
      parameters: { particles: d.u32, examples: d.u32, dimension: d.u32, ...stage, scale: d.f32 },
      constants: { ...tableFields.constants, ANCHORED: anchored ? 1 : 0 },
    }),
  readout: () =>
    defineKernel({
      name: 'flow: readout',
      sources: [stageSource, readoutForceSource, readoutSource],
      reads: ['values', 'residual', 'table'],
      writes: ['moving', 'moves'],
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32, ...stage },
      constants: tableFields.constants,
    }),
};
