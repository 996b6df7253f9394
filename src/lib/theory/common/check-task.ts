import { Problem } from '$lib/base/problem';
import type { Task } from '$lib/theory/theory';

/** γ is below this: beyond, squares of it times labels are no longer safe. */
export const richest = 1e6;

const isFinite = (numbers: Float64Array): boolean => numbers.every((value) => Number.isFinite(value));

/** What makes a task meaningless for every theory; undefined when nothing does. */
export const checkTask = ({ dimension, trainInputs, trainLabels, testInputs, testLabels }: Task): Problem | undefined => {
  if (trainLabels.length === 0) return new Problem('the task has no training examples');
  if (trainInputs.length !== trainLabels.length * dimension || testInputs.length !== testLabels.length * dimension)
    return new Problem('the task has inputs and labels of different lengths');
  if (![trainInputs, trainLabels, testInputs, testLabels].every(isFinite))
    return new Problem('the task has an entry that is not a finite number');
  return undefined;
};

/** `gamma: must be a number > 0, got -1`: a parameter, by the name that the sheet gives it, outside of what the theory can do. */
export const wrongParameter = (name: string, expected: string, got: string | number): Problem =>
  new Problem(`${name}: must be ${expected}, got ${got}`, { path: [name] });
