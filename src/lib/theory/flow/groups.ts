import type { Matrix } from '$lib/backend/backend';
import { parts } from '$lib/theory/common/parts';
import type { Neurons } from '$lib/theory/flow/draw';
import { FlowEnsemble, type FlowPoint } from '$lib/theory/flow/ensemble';
import { integrate } from '$lib/theory/flow/integrate';
import type { FlowSetup } from '$lib/theory/flow/setup';
import { groupStartOf } from '$lib/theory/flow/start';
import { Owned } from '$lib/theory/owned';

/**
 * Each eighth of the neurons run by itself, from the same start: what they differ by tells how far the whole is from infinite width. All
 * that a neuron does to the others through the residuals is in it, and what stage 1 does to a target. (Left out one by one and answered
 * by the linearised flow, as an earlier version did it, groups told a standard error of 0.3 to 12 times the scatter over seeds.)
 * [1, M, D] and [1, M, 1] of each point at the end of its time, group after group; undefined where the flow of one of them failed.
 */
export async function groupNeurons(
  { backend, particles, plan, slices, run }: FlowSetup,
  points: readonly FlowPoint[],
): Promise<(Neurons | undefined)[]> {
  const known = points.filter(({ start }) => !start || start.groups);
  if (known.length === 0) return points.map(() => undefined);
  const each = known.flatMap((point) => new Array<FlowPoint>(parts).fill(point));
  const start = await groupStartOf(slices.backend, known, particles);
  using ensemble = await FlowEnsemble.start(backend, slices.backend, each, start);
  await ensemble.centre(run);
  const passages = await integrate(ensemble, plan, slices, () => Promise.resolve());
  using made = new Owned();
  using weights = ensemble.weightsAt(each.map(({ parameters: { time } }) => time));
  /** Of one point, as one list; a new matrix. */
  const joined = (all: Matrix, b: number): Matrix => {
    using own = backend.slice(all, b * parts, parts);
    using copy = backend.combine([[1, own]]);
    return made.keep(backend.reshape(copy, { rows: particles, columns: all.columns }));
  };
  const ended = known.map((_, b): Neurons | undefined =>
    passages.slice(b * parts, (b + 1) * parts).some(({ problem }) => problem)
      ? undefined
      : { weights: joined(weights, b), readout: joined(ensemble.state.readout, b) },
  );
  made.handOver();
  return points.map((point) => ended[known.indexOf(point)]);
}
