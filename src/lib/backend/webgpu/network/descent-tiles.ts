import type { DescentProblem, DescentState } from '../../backend';
import type { Context } from '../context';
import type { GpuMatrix } from '../matrix';
import { transpose } from '../operations/elementwise';
import { descentKernels } from './descent-kernels';
import type { DescentSizes } from './descent-sizes';
import { tileSide } from './feature-kernels';
import { featuresInto } from './features';

/** Neurons of one workgroup of the readout's kernel. */
const neuronsTogether = 8;

/** Steps `first … last − 1` of networks that workgroup memory cannot hold: four dispatches a step for the whole batch. */
export function descendByTiles(
  context: Context,
  { activation, inputs, labels, base, anchor }: DescentProblem,
  { weights, readout }: DescentState,
  { batch, width, dimension, examples }: DescentSizes,
  points: GpuMatrix,
  status: GpuMatrix,
  first: number,
  last: number,
): void {
  const shares = Math.ceil(width / tileSide);
  using across = transpose(context, inputs);
  using values = context.empty({ batch, rows: width, columns: examples });
  using slopes = context.empty({ batch, rows: width, columns: examples });
  using partial = context.empty({ batch: batch * shares, rows: examples, columns: 1 });
  using residual = context.empty({ batch, rows: examples, columns: 1 });
  const look = (step: number): void => {
    featuresInto(context, activation, weights, inputs, values, slopes, { readout, partial, shares, share: 0 });
    context.dispatch(
      descentKernels.residual(),
      { partial, labels, base, points, residual, status },
      { examples, shares, batch, step },
      context.grid(examples * batch, 64),
      examples * shares * batch,
    );
  };
  look(first);
  for (let step = first; step < last; step++) {
    context.dispatch(
      descentKernels.weights(anchor !== undefined),
      { slopes, residual, across, readout, anchor: anchor ?? points, points, weights },
      { particles: width, examples, dimension, step },
      [Math.ceil(dimension / tileSide), Math.ceil(width / tileSide), batch],
      2 * width * examples * dimension * batch,
    );
    context.dispatch(
      descentKernels.readout(),
      { values, residual, points, readout },
      { particles: width, examples, batch, step },
      context.grid(batch * width, neuronsTogether),
      2 * width * examples * batch,
    );
    look(step + 1);
  }
}
