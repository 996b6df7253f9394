import type { DescentProblem } from '../../backend';
import type { Context } from '../context';
import { descentKernels } from './descent-kernels';
import type { DescentSizes } from './descent-sizes';

const roundedUp = (count: number, multiple: number): number => multiple * Math.ceil(count / multiple);

/** How arrays are padded, and by which kernel the steps are made; `shares`: in how many parts the sum over neurons comes. */
export interface DescentPlan {
  readonly examples8: number;
  readonly dimension8: number;
  readonly blocks: number;
  readonly shares: number;
  readonly kernel: ReturnType<(typeof descentKernels)['descend']>;
  readonly groups: readonly [number, number];
}

export const descentPlan = (
  context: Context,
  { activation, anchor }: DescentProblem,
  { batch, width, dimension, examples }: DescentSizes,
): DescentPlan => {
  const anchored = anchor !== undefined;
  if (!context.tuning.quads) {
    const lanes = context.tuning.lanes === 'few' ? 4 : 64;
    const blocks = Math.ceil(width / 8);
    return {
      examples8: roundedUp(examples, 8),
      dimension8: roundedUp(dimension, 8),
      blocks,
      shares: blocks,
      kernel: descentKernels.descend(activation, anchored, lanes),
      groups: context.grid(blocks * batch, lanes),
    };
  }
  // Sixteen examples at a time cost a tenth more than thirty-two; directions in parts nearly twice as much.
  const outer = roundedUp(examples, 16) < 0.9 * roundedUp(examples, 32) ? 16 : 32;
  const inner = dimension <= 16 ? 16 : 32;
  const quads = Math.ceil(width / 16);
  return {
    examples8: roundedUp(examples, outer),
    dimension8: roundedUp(dimension, inner),
    blocks: 2 * quads,
    shares: quads,
    kernel: descentKernels.descendQuads(activation, anchored, outer, inner, dimension > inner),
    groups: context.grid(quads * batch, 1),
  };
};
