import { Problem } from '$lib/base/problem';
import { checkTask, richest, wrongParameter as wrong } from '$lib/theory/common/check-task';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** Hidden layers at most. */
const deepest = 4;

/** What makes a point meaningless for this theory whatever the sheet let through; undefined when all is well. */
export function guard(task: Task, parameters: SourceParameters, delta = 0): Problem | undefined {
  const { gamma, temperature, depth, particles, stretch, solver, activation } = parameters;
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= deepest)) return wrong('depth', `a whole number from 1 to ${deepest}`, depth);
  // Deep networks of particles have no lazy end.
  const lazyEnd = depth === 1 || (activation === 'linear' && solver !== 'particles');
  if (!(gamma < richest && (gamma > 0 || (gamma === 0 && lazyEnd))))
    return wrong('gamma', gamma >= richest ? `below ${richest}` : lazyEnd ? 'a number ≥ 0' : 'a number > 0', gamma);
  if (!(temperature > 0 && temperature < Infinity)) return wrong('temperature', 'a number > 0', temperature);
  if (!(delta >= 0 && delta < Infinity)) return wrong('delta', 'a number ≥ 0', delta);
  if (!(stretch > 0 && stretch < Infinity)) return wrong('stretch', 'a number > 0', stretch);
  if (!(Number.isInteger(particles) && particles >= 2)) return wrong('particles', 'a whole number ≥ 2', particles);
  if (solver === 'closed' && activation !== 'linear')
    return new Problem(`solver: the closed form exists for the linear activation only, got ${activation}`, { path: ['solver'] });
  if (activation === 'quadratic' && depth > 1)
    return new Problem('activation: the posterior of a deep quadratic network is not normalisable; choose another or depth: 1', {
      path: ['activation'],
    });
  return checkTask(task);
}
