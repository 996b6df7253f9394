import { Problem } from '$lib/base/problem';
import { checkTask, wrongParameter as wrong } from '$lib/theory/common/check-task';
import type { NetworkPoint, NetworkTask } from '$lib/theory/networks/networks';

const whole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;

/** What makes a point meaningless whatever the sheet let through; undefined when nothing does. */
export const guard = (point: NetworkPoint): Problem | undefined => {
  const { width, depth, seeds, seed, delta, step, method, burnIn, samples, thinning, between = [] } = point;
  if (!whole(width, 1)) return wrong('width', 'a whole number ≥ 1', width);
  if (!whole(depth, 1)) return wrong('depth', 'a whole number ≥ 1', depth);
  if (!whole(seeds, 1) || seeds > 2 ** 20) return wrong('seeds', 'a whole number from 1 to 1048576', seeds);
  if (!whole(seed, 0)) return wrong('seed', 'a whole number ≥ 0', seed);
  for (const each of [...between, { delta }]) if (!(each.delta >= 0)) return wrong('delta', 'a number ≥ 0', each.delta);
  if (step !== undefined && !(step > 0 && step < Infinity)) return wrong('step', 'a number > 0', step);
  if (method !== 'gradient') {
    if ([point, ...between].some(({ readout }) => readout === 'kept'))
      return new Problem(
        `coupling: its readout must be "fresh" for the method "${method}", whose target has a readout of its own, got "kept"; gradient keeps it`,
        { path: ['coupling'] },
      );
    if (!whole(burnIn, 0)) return wrong('burn_in', 'a whole number ≥ 0', burnIn);
    if (!whole(samples, 1)) return wrong('samples', 'a whole number ≥ 1', samples);
    if (!whole(thinning, 1)) return wrong('thinning', 'a whole number ≥ 1', thinning);
  }
  for (const { task } of [...between, point.target])
    if (point.source.task.dimension !== task.dimension)
      return new Problem(`target: must have ${point.source.task.dimension} inputs like its source, got ${task.dimension}`);
  if (point.target.task.testLabels.length === 0) return new Problem('target: its dataset has no test examples to measure the errors on');
  for (const each of [point.source, ...between, point.target]) {
    const problem = stageGuard(each, point);
    if (problem) return problem;
  }
  return undefined;
};

const stageGuard = (
  { task, gamma, temperature, weightDecay, time }: NetworkTask,
  { method, theory }: NetworkPoint,
): Problem | undefined => {
  if (!(gamma > 0 && gamma < Infinity)) return wrong('gamma', 'a number > 0', gamma);
  if (method === 'gradient' || theory === 'flow') {
    if (!(weightDecay >= 0 && weightDecay < Infinity)) return wrong('weight_decay', 'a number ≥ 0', weightDecay);
    if (!(time >= 0 && time < Infinity)) return wrong('time', 'a number ≥ 0', time);
  }
  if (method !== 'gradient' && !(temperature > 0 && temperature < Infinity)) return wrong('temperature', 'a number > 0', temperature);
  return checkTask(task);
};
