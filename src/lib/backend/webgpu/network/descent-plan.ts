import type { Activation } from '$lib/base/activation';
import type { DescentProblem, Shape } from '../../backend';
import type { Context } from '../context';
import { descentKernels, spanOfQuads } from './descent-kernels';
import type { DescentSizes } from './descent-sizes';

const roundedUp = (count: number, multiple: number): number => multiple * Math.ceil(count / multiple);

/** Where blocks of eight are in a packed matrix: see pack.wgsl. With `transposed` columns are taken for rows. */
export interface Place {
  readonly blocks: number;
  readonly span: number;
  readonly first?: number;
  readonly transposed?: boolean;
}

/** Of what belongs to one network each, in blocks of eight neurons or of eight directions; the readout is among the weights. */
export interface DescentLayout {
  readonly weights: Shape;
  readonly anchor: Shape;
  readonly signals: Shape;
  /** In vec4, what weights and signals have room for each, where the kernel knows it. */
  readonly room?: number | undefined;
  /** Of w and its anchor, and of v. */
  readonly hidden: Place;
  readonly readout: Place;
}

/** How arrays are padded and laid out, and by which kernel the steps are made; `parts`: in how many the sum over neurons comes. */
export interface DescentPlan {
  readonly examples8: number;
  readonly dimension8: number;
  readonly parts: number;
  readonly layout: DescentLayout;
  readonly kernel: ReturnType<(typeof descentKernels)['descend']>;
  readonly groups: readonly [number, number];
}

export const descentPlan = (context: Context, problem: DescentProblem, sizes: DescentSizes): DescentPlan =>
  context.tuning.quads ? byQuads(context, problem, sizes) : byRegisters(context, problem, sizes);

const byRegisters = (
  context: Context,
  { activation, anchor }: DescentProblem,
  { batch, width, dimension, examples }: DescentSizes,
): DescentPlan => {
  const lanes = context.tuning.lanes === 'few' ? 4 : 64;
  const blocks = Math.ceil(width / 8);
  const [examples8, dimension8] = [roundedUp(examples, 8), roundedUp(dimension, 8)];
  return {
    examples8,
    dimension8,
    parts: blocks,
    layout: {
      weights: { batch, rows: blocks, columns: 8 * (dimension8 + 1) },
      anchor: { batch, rows: blocks, columns: 8 * dimension8 },
      signals: { batch, rows: blocks, columns: 16 * examples8 },
      hidden: { blocks, span: dimension8 },
      readout: { blocks, span: 1, first: dimension8 },
    },
    kernel: descentKernels.descend(activation, anchor !== undefined, lanes),
    groups: context.grid(blocks * batch, lanes),
  };
};

/** vec4 of the smallest and the largest room: 256 KiB, and 64 MiB, which every adapter has in one piece. */
const [smallestRoom, largestRoom] = [2 ** 14, 2 ** 22];

/** A room for arrays of so many vec4: a power of four, so that few pipelines are made. Larger arrays have none, for it might be much too large. */
const roomFor = (length: number): number | undefined => {
  const room = Math.max(smallestRoom, 4 ** Math.ceil(Math.log2(length) / 2));
  return room <= largestRoom ? room : undefined;
};

/** Workgroups a thread has where there is plenty to do, so that none waits for the last. */
const groupsOfThread = 4;
/** Spans of neurons for which it is worth to read a tile. */
const spansOfGroup = 8;

/**
 * Examples of a tile for the outputs. With sixteen a step takes a tenth more than with thirty-two, but a tenth less where the loop along the
 * neurons is long besides: with erf, and with sums kept in memory until all directions are through.
 */
const outerOf = (activation: Activation, examples: number, parts: boolean): 16 | 32 =>
  activation === 'erf' || parts || roundedUp(examples, 16) < 0.9 * roundedUp(examples, 32) ? 16 : 32;

const byQuads = (
  context: Context,
  { activation, anchor }: DescentProblem,
  { batch, width, dimension, examples }: DescentSizes,
): DescentPlan => {
  const inner = dimension <= 16 ? 16 : 32;
  const outer = outerOf(activation, examples, dimension > inner);
  const [examples8, dimension8] = [roundedUp(examples, outer), roundedUp(dimension, inner)];
  const rows = [64, 32].find((count) => examples8 % count === 0) ?? 16;
  const blocks = dimension8 / 8;
  const parts = Math.ceil(width / spanOfQuads);
  const { threads } = context.tuning;
  const wanted = Math.max(threads, Math.min(groupsOfThread * threads, Math.floor((parts * batch) / spansOfGroup)));
  const room = roomFor(batch * width * Math.max(2 * (blocks + 2), examples8 / 2));
  return {
    examples8,
    dimension8,
    parts,
    layout: {
      room,
      weights: { batch, rows: blocks + 2, columns: 8 * width },
      anchor: { batch, rows: blocks, columns: 8 * width },
      signals: { batch, rows: width, columns: 2 * examples8 },
      hidden: { blocks, span: width, transposed: true },
      readout: { blocks: 1, span: width, first: blocks * width, transposed: true },
    },
    kernel: descentKernels.descendQuads(activation, anchor !== undefined, outer, rows, inner, dimension > inner, room),
    groups: [Math.min(parts * batch, wanted), 1],
  };
};
