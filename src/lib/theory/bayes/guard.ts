import { Problem } from '$lib/base/problem';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** Hidden layers at most. */
const deepest = 4;

/** γ is below this: beyond, squares of it times labels are no longer safe. */
export const richest = 1e6;

const finite = (numbers: Float64Array): boolean => numbers.every((value) => Number.isFinite(value));

/** What makes a point meaningless for this theory whatever the sheet let through; undefined when all is well. */
export function guard(task: Task, parameters: SourceParameters, delta = 0): Problem | undefined {
  const { gamma, temperature, depth, particles, stretch, solver, activation } = parameters;
  const wrong = (name: string, expected: string, got: string | number): Problem =>
    new Problem(`${name}: must be ${expected}, got ${got}`, { path: [name] });
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= deepest)) return wrong('depth', `a whole number from 1 to ${deepest}`, depth);
  if (!(gamma < richest && (gamma > 0 || (gamma === 0 && depth === 1))))
    return wrong('gamma', gamma >= richest ? `below ${richest}` : depth === 1 ? 'a number ≥ 0' : 'a number > 0', gamma);
  if (!(temperature > 0 && temperature < Infinity)) return wrong('temperature', 'a number > 0', temperature);
  if (!(delta >= 0 && delta < Infinity)) return wrong('delta', 'a number ≥ 0', delta);
  if (!(stretch > 0 && stretch < Infinity)) return wrong('stretch', 'a number > 0', stretch);
  if (!(Number.isInteger(particles) && particles >= 2)) return wrong('particles', 'a whole number ≥ 2', particles);
  if (solver === 'closed' && activation !== 'linear')
    return new Problem(`solver: the closed form exists for the linear activation only, got ${activation}`, { path: ['solver'] });
  if (solver === 'closed' && depth > 1)
    return new Problem(`solver: the closed form is that of one hidden layer, got depth ${depth}`, { path: ['solver'] });
  if (activation === 'quadratic' && depth > 1)
    return new Problem('activation: the posterior of a deep quadratic network is not normalisable; choose another or depth: 1', {
      path: ['activation'],
    });
  const { dimension, trainInputs, trainLabels, testInputs, testLabels } = task;
  if (trainLabels.length === 0) return new Problem('the task has no training examples');
  if (trainInputs.length !== trainLabels.length * dimension || testInputs.length !== testLabels.length * dimension)
    return new Problem('the task has inputs and labels of different lengths');
  if (![trainInputs, trainLabels, testInputs, testLabels].every(finite))
    return new Problem('the task has an entry that is not a finite number');
  return undefined;
}
