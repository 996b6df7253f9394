import type { Problem } from '$lib/base/problem';
import { checkTask, richest, wrongParameter as wrong } from '$lib/theory/common/check-task';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** What makes a point meaningless for this theory whatever the sheet let through; undefined when all is well. */
export function guard(task: Task, parameters: SourceParameters, delta = 0, lazyEnd = false): Problem | undefined {
  const { gamma, depth, particles, time, step, weightDecay } = parameters;
  if (depth !== 1) return wrong('depth', '1: the flow theory is for one hidden layer', depth);
  if (!(gamma < richest && (gamma > 0 || (lazyEnd && gamma === 0))))
    return wrong('gamma', gamma >= richest ? `below ${richest}` : 'a number > 0', gamma);
  if (!(delta >= 0)) return wrong('delta', 'a number ≥ 0', delta);
  if (!(time > 0 && time < Infinity)) return wrong('time', 'a number > 0', time);
  if (step !== undefined && !(step > 0 && step < Infinity)) return wrong('step', 'a number > 0', step);
  if (!(weightDecay >= 0 && weightDecay < Infinity)) return wrong('weight_decay', 'a number ≥ 0', weightDecay);
  if (!(Number.isInteger(particles) && particles >= 2)) return wrong('particles', 'a whole number ≥ 2', particles);
  return checkTask(task);
}
