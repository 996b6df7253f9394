import { labelClasses, wrongClasses } from '$lib/base/label-classes';
import type { Errors } from '$lib/theory/theory';

const meanOf = (count: number, term: (index: number) => number): number => {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += term(index);
  return sum / count;
};

/** mean (f − y)². */
export const meanSquare = (prediction: ArrayLike<number>, labels: ArrayLike<number>): number =>
  meanOf(labels.length, (index) => ((prediction[index] as number) - (labels[index] as number)) ** 2);

const meanVariance = (variance: ArrayLike<number> | undefined): number =>
  variance ? meanOf(variance.length, (index) => variance[index] as number) : 0;

/**
 * The five figures of `error()` from the mean predictor and, where there is one, the predictive variance at each example (`theory.md` §0):
 * bias = mean (f − y)² on the test set, variance = mean predictive variance there, test = their sum, train likewise on the training set,
 * classification = fraction of the test set in the wrong class (`label-classes.ts`). Units: those of the labels, squared. No standard errors.
 */
export const errorsOf = (
  predictionTrain: ArrayLike<number>,
  labelsTrain: ArrayLike<number>,
  predictionTest: ArrayLike<number>,
  labelsTest: ArrayLike<number>,
  varianceTrain?: ArrayLike<number>,
  varianceTest?: ArrayLike<number>,
): Errors => {
  const bias = meanSquare(predictionTest, labelsTest);
  const variance = meanVariance(varianceTest);
  return {
    train: meanSquare(predictionTrain, labelsTrain) + meanVariance(varianceTrain),
    test: bias + variance,
    bias,
    variance,
    classification: wrongClasses(predictionTest, labelsTest, labelClasses(labelsTrain, labelsTest)),
  };
};
