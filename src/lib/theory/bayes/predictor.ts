import type { Errors, Task } from '$lib/theory/theory';

const meanSquare = (predicted: Float64Array, labels: Float64Array): number =>
  predicted.reduce((sum, value, i) => sum + (value - (labels[i] ?? NaN)) ** 2, 0) / predicted.length;

/** Errors of a predictor that does not fluctuate (infinite width): variance 0, test = bias. Predictions on train and test rows. */
export function predictorErrors(train: Float64Array, test: Float64Array, task: Task): Errors {
  const bias = meanSquare(test, task.testLabels);
  const wrong = test.reduce((sum, value, i) => sum + (Math.sign(value) === Math.sign(task.testLabels[i] ?? NaN) ? 0 : 1), 0);
  return { train: meanSquare(train, task.trainLabels), test: bias, bias, variance: 0, classification: wrong / test.length };
}
