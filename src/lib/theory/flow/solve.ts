import type { Backend } from '$lib/backend/backend';
import type { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { resultsOf } from '$lib/theory/common/batches';
import { groupKernels, meanKernel, type Law } from '$lib/theory/common/law';
import { holdNeurons, type Neurons } from '$lib/theory/flow/draw';
import { FlowEnsemble, remaining, type FlowPoint, type Start } from '$lib/theory/flow/ensemble';
import { FlowKernel } from '$lib/theory/flow/flow-kernel';
import { groupNeurons } from '$lib/theory/flow/groups';
import { integrate, progressOf, type Passage } from '$lib/theory/flow/integrate';
import { planFor, tolerance } from '$lib/theory/flow/schedule';
import type { FlowSetup } from '$lib/theory/flow/setup';
import { restOf, restWarning } from '$lib/theory/flow/rest';
import { startOf } from '$lib/theory/flow/start';
import { testErrors } from '$lib/theory/flow/test-errors';
import { Owned } from '$lib/theory/owned';
import { Slices } from '$lib/theory/slices';

/** Numbers of a batch's weights or features. */
const batchBudget = 2 ** 24;

/**
 * Gradient flow for sweep points that agree in shapes, activation and quality: as many as an evaluation's budget allows move as one batch.
 * Each yields its kernel, or the problem where its flow diverged.
 */
export async function flowKernels(backend: Backend, points: readonly FlowPoint[], run: Run): Promise<readonly (FlowKernel | Problem)[]> {
  const [first] = points;
  if (!first) return [];
  const plan = planFor(run.quality, first.start?.weights.rows ?? first.parameters.particles);
  // A target has the neurons of its source.
  const particles = first.start?.weights.rows ?? plan.particles;
  const { dimension, trainLabels } = first.task;
  const examples = trainLabels.length;
  const work = 4 * particles * examples * Math.min(dimension, examples);
  const together = Math.max(
    1,
    Math.floor(Math.min(backend.workLimit / 2 / work, batchBudget / (particles * Math.max(dimension, examples)))),
  );
  const slices = new Slices(backend, run, 2 * progressOf(plan, points.length, particles));
  const setup = { backend, particles, plan, slices, run };
  const results: (FlowKernel | Problem)[] = [];
  await resultsOf(results, async () => {
    for (let at = 0; at < points.length; at += together) {
      const batch = points.slice(at, at + together);
      results.push(...(await solveBatch(setup, batch)));
    }
  });
  return results;
}

async function solveBatch(setup: FlowSetup, points: readonly FlowPoint[]): Promise<readonly (FlowKernel | Problem)[]> {
  const { backend, particles, plan, slices, run } = setup;
  using made = new Owned();
  const groups = await groupNeurons(setup, points);
  for (const group of groups) for (const matrix of group ? [group.weights, group.readout] : []) made.keep(matrix);
  using ensemble = await FlowEnsemble.start(backend, slices.backend, points, await startOf(slices.backend, points, particles));
  await ensemble.centre(run);
  const inputs = points.map(({ task }) => task.testInputs);
  const tests = points[0]?.task.testLabels.length ?? 0;
  const offsets = await ensemble.offsets(inputs, run);
  const best = points.map(() => ({ time: NaN, test: Infinity }));
  const passages = await integrate(ensemble, plan, slices, async (_index, times) => {
    if (tests === 0) return;
    for (const [b, test] of (await testErrors(ensemble, times, inputs, offsets, run)).entries()) {
      const so = best[b];
      if (so && test < so.test) Object.assign(so, { time: times[b] ?? NaN, test });
    }
  });
  const results: (FlowKernel | Problem)[] = [];
  await resultsOf(results, async () => {
    for (const [b, point] of points.entries()) {
      const passage = passages[b];
      if (!passage) throw new Error('a point of a flow was lost');
      results.push(passage.problem ?? (await kernelOf(ensemble, slices.backend, b, point, passage, best[b], groups[b], run)));
    }
  });
  return results;
}

/** The start of a stage with handles of its own. */
const holdStart = (backend: Backend, start: Start): Start => ({
  ...start,
  ...holdNeurons(backend, start),
  groups: start.groups && holdNeurons(backend, start.groups),
});

/** What has become of one point. `yielding` is the backend that it yields to on the way; what this throws leaves nothing behind. */
async function kernelOf(
  ensemble: FlowEnsemble,
  yielding: Backend,
  b: number,
  point: FlowPoint,
  { balance, steps }: Passage,
  best: { readonly time: number; readonly test: number } | undefined,
  groups: Neurons | undefined,
  run: Run,
): Promise<FlowKernel> {
  const { backend, particles } = ensemble;
  const { activation, time, weightDecay } = point.parameters;
  using made = new Owned();
  await yielding.yieldToDevice();
  const neurons = ensemble.finalNeurons(b);
  for (const matrix of [neurons.weights, neurons.readout]) made.keep(matrix);
  const law: Law = {
    activation,
    snapshots: [neurons.weights],
    controlVariates: [],
    variance: (point.start?.prior ?? 1) * remaining(weightDecay, point.delta, time) ** 2,
    control: 0,
  };
  const { task } = point;
  const size = task.trainLabels.length;
  using inputs = backend.upload({ rows: task.trainLabels.length, columns: task.dimension }, task.trainInputs);
  using grouped = await groupKernels(yielding, law, inputs, inputs);
  const train = made.keep(meanKernel(backend, grouped));
  const warnings: string[] = [];
  if (!(Math.abs(balance - 1) <= tolerance.balance))
    warnings.push(
      `energy balance off by ${(100 * Math.abs(balance - 1)).toPrecision(2)} %: the steps are too long to follow the gradient flow; choose a shorter step or leave it out`,
    );
  const rest =
    weightDecay > 0 ? await restOf(yielding, point, neurons, ensemble.targets.subarray(b * size, (b + 1) * size), run) : undefined;
  if (!groups) warnings.push('the standard error is not known: a part of the neurons cannot follow the flow by itself');
  const unsettled = rest && restWarning(rest, point.parameters);
  if (unsettled !== undefined) warnings.push(unsettled);
  await yielding.settle();
  made.handOver();
  return new FlowKernel(
    backend,
    point.start ? { ...point, start: holdStart(backend, point.start) } : point,
    law,
    neurons.readout,
    groups && holdNeurons(backend, groups),
    point.start && ensemble.firstReadout(b),
    train,
    {
      balance,
      ...(rest && { unrest: rest.unrest }),
      ...(rest?.imbalance !== undefined && { imbalance: rest.imbalance }),
      particles,
      steps,
    },
    {
      ...(best && Number.isFinite(best.test) && { best_time: best.time, best_test: best.test }),
      ...(rest && Number.isFinite(rest.settled) && { settled: rest.settled }),
    },
    warnings,
  );
}
