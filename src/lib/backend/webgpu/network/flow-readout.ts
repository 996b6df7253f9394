import type { FlowArrays } from './flow-arrays';
import type { flowKernels } from './flow-kernels';
import { entriesOf, partOf, type Part } from './flow-parts';

/** A stage of the step of the readouts of some particles, by whichever kernel; its workgroups have `together` neurons each. */
export function moveReadout(
  arrays: FlowArrays,
  evaluation: number,
  part: Part,
  kernel: ReturnType<(typeof flowKernels)['readout']>,
  together: number,
): void {
  const { context, sizes, places } = arrays;
  const { batch, particles, examples } = sizes;
  using values = partOf(context, arrays.values, part);
  using residual = entriesOf(context, arrays.residual, part);
  using table = entriesOf(context, arrays.table, part);
  using moving = arrays.movingReadout(part);
  using moves = partOf(context, arrays.moves, part);
  const neurons = part.count * part.entries;
  context.dispatch(
    kernel,
    { values, residual, table, moving, moves },
    { particles: part.count, examples, batch: part.entries, section: batch * particles, now: evaluation % 2, evaluation, places },
    context.grid(neurons, together),
    2 * neurons * examples,
  );
}
