import { Problem } from '$lib/base/problem';
import type { SourceParameters, Task } from '$lib/theory/theory';

const finite = (numbers: Float64Array): boolean => numbers.every((value) => Number.isFinite(value));

/** What makes a point meaningless for this theory whatever the sheet let through; undefined when all is well. */
export function guard(task: Task, { activation, depth, temperature, width }: SourceParameters, delta = 0): Problem | undefined {
  const wrong = (name: string, expected: string, got: number): Problem =>
    new Problem(`${name}: must be ${expected}, got ${got}`, { path: [name] });
  if (activation !== 'linear' && activation !== 'erf')
    return new Problem(
      `activation: must be linear or erf: the proportional theory rests on Gaussian equivalence, derived for these, got ${activation}`,
      { path: ['activation'] },
    );
  if (depth !== 1) return wrong('depth', '1: the proportional theory is for one hidden layer', depth);
  if (!(Number.isInteger(width) && width >= 1)) return wrong('width', 'a whole number ≥ 1', width);
  if (!(temperature >= 0 && temperature < Infinity)) return wrong('temperature', 'a number ≥ 0', temperature);
  if (!(delta >= 0)) return wrong('delta', 'a number ≥ 0', delta);
  const { dimension, trainInputs, trainLabels, testInputs, testLabels } = task;
  if (trainLabels.length === 0) return new Problem('the task has no training examples');
  if (trainInputs.length !== trainLabels.length * dimension || testInputs.length !== testLabels.length * dimension)
    return new Problem('the task has inputs and labels of different lengths');
  if (![trainInputs, trainLabels, testInputs, testLabels].every(finite))
    return new Problem('the task has an entry that is not a finite number');
  return undefined;
}
