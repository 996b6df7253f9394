/**
 * What labels say about classes. `two`: two classes, apart at `threshold`. `several`: class numbers, `values` ascending. `real`: numbers that
 * name no class. `one`: one value only.
 */
export type LabelClasses =
  | { readonly type: 'two'; readonly threshold: number }
  | { readonly type: 'several'; readonly values: readonly number[] }
  | { readonly type: 'real' }
  | { readonly type: 'one' };

/** Whole numbers of no particular order, as class numbers may be, are at most this many; numbers counted through from 0 or 1 may be more. */
const fewClasses = 10;
const mostClasses = 1000;

/** The different values of some lists in ascending order; undefined when there are more than `most`. */
const distinct = (lists: readonly ArrayLike<number>[], most: number): number[] | undefined => {
  const found = new Set<number>();
  for (const list of lists)
    for (let index = 0; index < list.length; index++) {
      found.add(list[index] as number);
      if (found.size > most) return undefined;
    }
  return [...found].sort((a, b) => a - b);
};

/**
 * Which classes labels stand for. Two values are two classes, and the threshold is their middle: 0 for ±1, ½ for 0/1. ±1 and 0/1 are known
 * too where only one of the two occurs. Three and more are class numbers when they are whole, some repeat in training, and there are at
 * most ten of them or they are counted through from 0 or 1. All others are real numbers.
 *
 * @param train labels of training
 * @param test labels of the test set: a class may occur in one of the sets only
 */
export const labelClasses = (train: ArrayLike<number>, test: ArrayLike<number>): LabelClasses => {
  const values = distinct([train, test], mostClasses);
  if (!values) return { type: 'real' };
  const [low, high] = [values[0], values.at(-1)];
  if (low === undefined || high === undefined) return { type: 'one' };
  if (values.length === 2) return { type: 'two', threshold: low / 2 + high / 2 };
  if (values.length === 1) {
    if (Math.abs(low) === 1) return { type: 'two', threshold: 0 };
    return low === 0 ? { type: 'two', threshold: 0.5 } : { type: 'one' };
  }
  const whole = values.every(Number.isSafeInteger);
  const counted = (low === 0 || low === 1) && high - low === values.length - 1;
  const repeated = (distinct([train], mostClasses)?.length ?? Infinity) < train.length;
  return whole && repeated && (values.length <= fewClasses || counted) ? { type: 'several', values } : { type: 'real' };
};

/** The one of some ascending values that is nearest to `f`; of two at the same distance the lower; NaN for NaN. */
const nearest = (values: readonly number[], f: number): number => {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const edge = (values[middle] as number) / 2 + (values[middle + 1] as number) / 2;
    if (f > edge) low = middle + 1;
    else high = middle;
  }
  return Number.isNaN(f) ? NaN : (values[low] as number);
};

/**
 * Fraction of examples whose class is predicted wrongly. Two classes: prediction and label are on different sides of the threshold, and a
 * prediction on the threshold itself is wrong. Class numbers: another class number is nearer to the prediction than the label.
 *
 * Choice: of real labels it is the fraction with sign f ≠ sign y (`theory.md` §0). That is a figure of tasks whose labels are around 0,
 * as those of a teacher are; of other data the sheet does not show it (`errors-value.ts`).
 *
 * @param predictions f on the test set
 * @param labels y there
 */
export const wrongClasses = (predictions: ArrayLike<number>, labels: ArrayLike<number>, classes: LabelClasses): number => {
  const classOf =
    classes.type === 'several'
      ? (value: number): number => nearest(classes.values, value)
      : (value: number): number => Math.sign(value - (classes.type === 'two' ? classes.threshold : 0));
  let wrong = 0;
  for (let index = 0; index < labels.length; index++)
    if (classOf(predictions[index] as number) !== classOf(labels[index] as number)) wrong += 1;
  return wrong / labels.length;
};
