import { Problem } from '$lib/base/problem';
import { checkTask, wrongParameter as wrong } from '$lib/theory/common/check-task';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** What makes a point meaningless for this theory whatever the sheet let through; undefined when all is well. */
export function guard(task: Task, { activation, depth, temperature, width }: SourceParameters, delta = 0): Problem | undefined {
  if (activation !== 'linear' && activation !== 'erf')
    return new Problem(
      `activation: must be linear or erf: the proportional theory rests on Gaussian equivalence, derived for these, got ${activation}`,
      { path: ['activation'] },
    );
  if (depth !== 1) return wrong('depth', '1: the proportional theory is for one hidden layer', depth);
  if (!(Number.isInteger(width) && width >= 1)) return wrong('width', 'a whole number ≥ 1', width);
  if (!(temperature >= 0 && temperature < Infinity)) return wrong('temperature', 'a number ≥ 0', temperature);
  if (!(delta >= 0)) return wrong('delta', 'a number ≥ 0', delta);
  return checkTask(task);
}
