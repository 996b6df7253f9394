import tileSource from '$shaders/linalg/tile.wgsl?raw';
import accumulateSource from '$shaders/network/accumulate.wgsl?raw';
import assembleSource from '$shaders/network/assemble.wgsl?raw';
import diffuseSource from '$shaders/network/diffuse.wgsl?raw';
import kickSource from '$shaders/network/kick.wgsl?raw';
import projectSource from '$shaders/network/project.wgsl?raw';
import sumSource from '$shaders/network/sum_shares.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import { defineKernel } from '../kernel';
import { ParticlePoint } from './particle-sizes';

/** Invocations of a workgroup of each kernel. */
export const lanes = { diffuse: 64, project: 64, assemble: 32, kick: 64 };

/** The kernels of a particle step, in the order they run; each file of `shaders/network` says what it computes. */
export const particleKernels = {
  diffuse: (anchored: boolean) =>
    defineKernel({
      name: 'diffuse',
      sources: [...common.normals, diffuseSource],
      reads: ['points', 'anchor'],
      writes: ['weights'],
      types: { points: ParticlePoint },
      parameters: { elements: d.u32, batch: d.u32, step: d.u32, stream: d.u32, seedLow: d.u32, seedHigh: d.u32 },
      constants: { ANCHORED: anchored ? 1 : 0, LANES: lanes.diffuse },
    }),
  project: () =>
    defineKernel({
      name: 'project',
      sources: [projectSource],
      reads: ['values', 'dual'],
      writes: ['projections'],
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32 },
      constants: { LANES: lanes.project },
    }),
  assemble: () =>
    defineKernel({
      name: 'assemble',
      sources: [tileSource, assembleSource],
      reads: ['values', 'slopes', 'projections', 'gram', 'points'],
      writes: ['partial'],
      types: { points: ParticlePoint },
      parameters: { particles: d.u32, examples: d.u32, batch: d.u32, shares: d.u32, shareSize: d.u32, tiles: d.u32 },
      constants: { LANES: lanes.assemble },
    }),
  sumShares: () =>
    defineKernel({
      name: 'sum of shares',
      sources: [sumSource],
      reads: ['partial', 'points', 'labels'],
      writes: ['system', 'dual', 'status'],
      types: { points: ParticlePoint, status: d.i32 },
      parameters: { examples: d.u32, shares: d.u32 },
    }),
  kick: () =>
    defineKernel({
      name: 'kick',
      sources: [tileSource, kickSource],
      reads: ['slopes', 'projections', 'dual', 'inputs', 'points'],
      writes: ['weights'],
      types: { points: ParticlePoint },
      parameters: { particles: d.u32, examples: d.u32, dimension: d.u32, scale: d.f32 },
      constants: { LANES: lanes.kick },
    }),
  accumulate: () =>
    defineKernel({
      name: 'accumulate',
      sources: [accumulateSource],
      reads: ['dual'],
      writes: ['average'],
      parameters: { elements: d.u32 },
    }),
};
