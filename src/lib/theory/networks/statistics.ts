import { labelClasses, wrongClasses } from '$lib/base/label-classes';
import type { Errors } from '$lib/theory/theory';
import { leaveOneOutError } from '$lib/theory/common/jackknife';
import { average, squaredDeviations } from '$lib/theory/common/vectors';

/** What one network says on a set of examples: its mean output and its mean squared output, over samples where it is sampled. */
export interface Prediction {
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

export interface Predictions {
  readonly train: Prediction;
  readonly test: Prediction;
}

const meanOf = (labels: Float64Array, term: (index: number, label: number) => number): number =>
  labels.reduce((sum, label, index) => sum + term(index, label), 0) / labels.length;

/** Mean over examples of ⟨(f − y)²⟩ for one network. */
export const meanError = ({ mean, square }: Prediction, labels: Float64Array): number =>
  meanOf(labels, (i, y) => square[i]! - 2 * mean[i]! * y + y * y);

/**
 * mean (E f − y)², E over networks: pairs of different networks only, so that the scatter of a finite number of them does not count as
 * bias (with one network there are no pairs, and its own mean stands for E f).
 */
const biasOf = (sum: Float64Array, squares: number, count: number, labels: Float64Array): number => {
  const square = meanOf(labels, (i, y) => (sum[i]! - count * y) ** 2);
  return count > 1 ? (square - squares) / (count * (count - 1)) : square;
};

/** The figures of networks by their seeds. Errors are squared labels; `variance` is that of one network's predictor, E f² − (E f)². */
export const errorsOverSeeds = (
  networks: readonly Predictions[],
  labels: { readonly train: Float64Array; readonly test: Float64Array },
): Errors => {
  const count = networks.length;
  const train = networks.map((network) => meanError(network.train, labels.train));
  const test = networks.map((network) => meanError(network.test, labels.test));
  const classes = labelClasses(labels.train, labels.test);
  const wrong = networks.map(({ test: { mean } }) => wrongClasses(mean, labels.test, classes));
  const sum = new Float64Array(labels.test.length);
  for (const network of networks) network.test.mean.forEach((value, i) => (sum[i]! += value));
  const own = networks.map((network) => meanOf(labels.test, (i, y) => (network.test.mean[i]! - y) ** 2));
  const ownSum = own.reduce((total, value) => total + value, 0);
  const bias = biasOf(sum, ownSum, count, labels.test);
  const errors = { train: average(train), test: average(test), bias, variance: average(test) - bias, classification: average(wrong) };
  if (count < 2) return errors;
  const means = { train: standardError(train), test: standardError(test) };
  const classification = standardError(wrong);
  // Two networks are one pair: it has no scatter, and either of them alone has no variance.
  if (count < 3) return { ...errors, stderr: { ...means, classification } };
  // Jackknife for what is no mean over networks.
  const without = networks.map((network, k) => {
    const rest = sum.map((value, i) => value - network.test.mean[i]!);
    return biasOf(rest, ownSum - own[k]!, count - 1, labels.test);
  });
  const testWithout = test.map((value) => (average(test) * count - value) / (count - 1));
  return {
    ...errors,
    stderr: {
      ...means,
      bias: leaveOneOutError(without),
      variance: leaveOneOutError(testWithout.map((value, k) => value - without[k]!)),
      classification,
    },
  };
};

/** Standard error of the mean of independent numbers. */
export const standardError = (values: readonly number[]): number =>
  Math.sqrt(squaredDeviations(values) / (values.length * (values.length - 1)));

/** The mean over networks, with its standard error where there are two or more. */
export const overSeeds = (values: readonly number[]): { readonly mean: number; readonly stderr?: number } => ({
  mean: average(values),
  ...(values.length > 1 && { stderr: standardError(values) }),
});
