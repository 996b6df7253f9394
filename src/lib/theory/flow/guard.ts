import { Problem } from '$lib/base/problem';
import { guard as taskGuard, richest } from '$lib/theory/bayes/guard';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** What makes a point meaningless for this theory whatever the sheet let through; undefined when all is well. */
export function guard(task: Task, parameters: SourceParameters, delta = 0, lazyEnd = false): Problem | undefined {
  const { gamma, depth, particles, time, step, weightDecay } = parameters;
  const wrong = (name: string, path: string, expected: string, got: string | number): Problem =>
    new Problem(`${name}: must be ${expected}, got ${got}`, { path: [path] });
  if (depth !== 1) return wrong('depth', 'depth', '1: the flow theory is for one hidden layer', depth);
  if (!(gamma < richest && (gamma > 0 || (lazyEnd && gamma === 0))))
    return wrong('gamma', 'gamma', gamma >= richest ? `below ${richest}` : 'a number > 0', gamma);
  if (!(delta >= 0)) return wrong('delta', 'delta', 'a number ≥ 0', delta);
  if (!(time > 0 && time < Infinity)) return wrong('time', 'time', 'a number > 0', time);
  if (step !== undefined && !(step > 0 && step < Infinity)) return wrong('step', 'step', 'a number > 0', step);
  if (!(weightDecay >= 0 && weightDecay < Infinity)) return wrong('weight_decay', 'weight_decay', 'a number ≥ 0', weightDecay);
  if (!(Number.isInteger(particles) && particles >= 2)) return wrong('particles', 'particles', 'a whole number ≥ 2', particles);
  // Only what of a task can be wrong for any theory is looked at there.
  return taskGuard(task, { ...parameters, gamma: 1, temperature: 1, stretch: 1, solver: 'auto' });
}
