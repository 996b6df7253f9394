import type { FlowArrays } from './flow-arrays';
import { flowKernels } from './flow-kernels';
import type { Part } from './flow-parts';
import type { FlowSizes } from './flow-sizes';

/** Particles a share of the sum over particles has at least. */
const smallestShare = 32;

/** In how many shares the outputs are summed where φ is read once more for them, by about so many invocations. */
export const outputShares = ({ particles, examples }: FlowSizes, invocations: number): number =>
  Math.max(1, Math.min(Math.ceil(invocations / Math.ceil(examples / 4)), Math.ceil(particles / smallestShare)));

/** All particles of all points. */
export const everything = ({ batch, particles }: FlowSizes): Part => ({ entry: 0, entries: batch, first: 0, count: particles });

/** The shares of Σ v φ from φ, in `partial`. */
export function sumOutputs(arrays: FlowArrays, evaluation: number, lanes: number): void {
  const { context, sizes, shares, values, partial } = arrays;
  const { batch, particles, examples } = sizes;
  using readout = arrays.readout(evaluation, everything(sizes));
  context.dispatch(
    flowKernels.output(lanes),
    { values, readout, partial },
    { particles, examples, batch, shares, shareSize: Math.ceil(particles / shares) },
    context.grid(Math.ceil(examples / 4) * shares * batch, lanes),
    2 * particles * examples * batch,
  );
}
