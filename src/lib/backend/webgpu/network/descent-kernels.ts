import { activationCode, type Activation } from '$lib/base/activation';
import activationSource from '$shaders/network/activation.wgsl?raw';
import activationOfFourSource from '$shaders/network/activation_of_four.wgsl?raw';
import descendSource from '$shaders/network/descend.wgsl?raw';
import quadsSource from '$shaders/network/descend_quads.wgsl?raw';
import sharedSource from '$shaders/network/descend_shared.wgsl?raw';
import packSource from '$shaders/network/pack.wgsl?raw';
import residualSource from '$shaders/network/residual.wgsl?raw';
import unpackSource from '$shaders/network/unpack.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import { defineKernel } from '../kernel';

const arrays = { examples: d.vec4f, directions: d.vec4f, weights: d.vec4f, signals: d.vec4f, anchor: d.vec4f };

/** Neurons of which a quad adds up what they give to the outputs. */
export const spanOfQuads = 32;

/** What a step by registers is bound to and given, by whichever kernel. */
const descent = {
  reads: ['examples', 'directions', 'residual', 'points', 'anchor'],
  writes: ['weights', 'signals', 'shares'],
  parameters: {
    blocks: d.u32,
    examples8: d.u32,
    dimension8: d.u32,
    batch: d.u32,
    width: d.u32,
    step: d.u32,
    update: d.u32,
    scale: d.f32,
  },
} as const;

/** The kernels of a descent; each file of `shaders/network` says what it computes. */
export const descentKernels = {
  pack: () =>
    defineKernel({
      name: 'pack in eights',
      sources: [packSource],
      reads: ['rows'],
      writes: ['packed'],
      parameters: {
        blocks: d.u32,
        width: d.u32,
        first: d.u32,
        span: d.u32,
        count: d.u32,
        columns: d.u32,
        rowStride: d.u32,
        columnStride: d.u32,
      },
    }),
  unpack: () =>
    defineKernel({
      name: 'unpack from eights',
      sources: [unpackSource],
      reads: ['packed'],
      writes: ['rows'],
      parameters: { width: d.u32, first: d.u32, count: d.u32, columns: d.u32, rowStride: d.u32, columnStride: d.u32 },
    }),
  descend: (activation: Activation, anchored: boolean, lanes: number) =>
    defineKernel({
      name: 'descend',
      sources: [...common.activationsOfFour, activationOfFourSource, descendSource],
      ...descent,
      types: arrays,
      constants: { ACTIVATION: activationCode(activation), ANCHORED: anchored ? 1 : 0, LANES: lanes },
    }),
  /** `outer` and `inner`: examples and directions of a tile; `rows`: of its examples for the force; `parts`: whether a tile has not all directions; `room`: vec4 of weights and of signals. */
  descendQuads: (
    activation: Activation,
    anchored: boolean,
    outer: number,
    rows: number,
    inner: number,
    parts: boolean,
    room: number | undefined,
  ) =>
    defineKernel({
      name: 'descend by quads',
      enables: ['subgroups'],
      sources: [...common.activationsOfFour, activationOfFourSource, quadsSource],
      ...descent,
      types: { ...arrays, residual: d.vec4f, shares: d.vec4f },
      ...(room !== undefined && { lengths: { weights: room, signals: room } }),
      constants: {
        ACTIVATION: activationCode(activation),
        ANCHORED: anchored ? 1 : 0,
        OUTER: outer,
        ROWS: rows,
        INNER: inner,
        PARTS: parts ? 1 : 0,
        SPAN: spanOfQuads,
        TILE: 2 * Math.max(rows, inner),
      },
    }),
  /** `numbers`: floats of workgroup memory. */
  descendShared: (activation: Activation, anchored: boolean, lanes: number, numbers: number) =>
    defineKernel({
      name: 'descend in workgroup memory',
      sources: [...common.activations, activationSource, sharedSource],
      reads: ['inputs', 'labels', 'base', 'anchor', 'points'],
      writes: ['weights', 'readout', 'status'],
      parameters: { batch: d.u32, width: d.u32, examples: d.u32, dimension: d.u32, first: d.u32, last: d.u32, scale: d.f32 },
      constants: { ACTIVATION: activationCode(activation), ANCHORED: anchored ? 1 : 0, LANES: lanes, NUMBERS: numbers },
    }),
  residual: (lanes: number) =>
    defineKernel({
      name: 'residual',
      sources: [residualSource],
      reads: ['shares', 'labels', 'base', 'points'],
      writes: ['residual', 'status'],
      parameters: { examples8: d.u32, examples: d.u32, blocks: d.u32, batch: d.u32, step: d.u32 },
      constants: { LANES: lanes },
    }),
};
