import { Problem } from '$lib/base/problem';
import type { Dataset, FileSource } from './dataset';
import { drawEvenly } from './draw';
import { loadImageSet, type ImageSet, type ImageSetName } from './image-set';
import { checkCount, checkSeed } from './limits';

/** What `digits` and `images` are told. */
export interface ImageParameters {
  /** A class or a list of classes with label +1. */
  readonly positive: number | readonly number[];
  /** Those with label −1. */
  readonly negative: number | readonly number[];
  readonly train: number;
  readonly test: number;
  readonly seed: number;
}

/** The classes of one side, checked against those of the set. */
const readClasses = (side: 'positive' | 'negative', given: number | readonly number[], set: ImageSet): number[] => {
  const path = [side];
  const classes = typeof given === 'number' ? [given] : [...given];
  if (classes.length === 0) throw new Problem(`${side}: must have at least one class, got an empty list`, { path });
  const known = [...new Set(set.classes)].sort((a, b) => a - b);
  for (const [index, label] of classes.entries()) {
    const expected = `must be classes of ${set.title}, ${nameClasses(known)}`;
    if (!known.includes(label)) throw new Problem(`${side}: ${expected}, got ${label}`, { path });
    if (classes.indexOf(label) !== index) throw new Problem(`${side}: must name each class once, got ${label} twice`, { path });
  }
  return classes;
};

/** Classes in words: `0–4`, `1, 7`, `0–2, 9`. */
export const nameClasses = (classes: readonly number[]): string => {
  const runs: number[][] = [];
  for (const label of [...classes].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.at(-1) === label - 1) run.push(label);
    else runs.push([label]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]!}–${run.at(-1)!}` : run.join(', '))).join(', ');
};

/** Normalised inputs of some rows, [rows, D]. */
const inputsOf = (rows: readonly number[], { pixels, mean, scale, white }: ImageSet): Float64Array => {
  const dimension = mean.length;
  const inputs = new Float64Array(rows.length * dimension);
  for (const [index, row] of rows.entries()) {
    for (let d = 0; d < dimension; d++) inputs[index * dimension + d] = (pixels[row * dimension + d]! / white - mean[d]!) / scale;
  }
  return inputs;
};

/**
 * A task on embedded pictures: labels +1 and −1, inputs centred on the mean picture of the whole set and scaled so that the mean of
 * |x|²/D over the whole set is 1. Rows are drawn evenly over the classes, see `drawEvenly`; classes are dealt from both sides in turn.
 *
 * @throws Problem for an empty, unknown, repeated class or one on both sides, for more examples than there are, for unreadable files.
 */
export const images = async (name: ImageSetName, parameters: ImageParameters, files: FileSource, signal: AbortSignal): Promise<Dataset> => {
  const { train, test, seed } = parameters;
  checkCount('train', train, 1);
  checkCount('test', test, 0);
  checkSeed(seed);
  const set = await loadImageSet(name, files, signal);
  const positive = readClasses('positive', parameters.positive, set);
  const negative = readClasses('negative', parameters.negative, set);
  const both = negative.find((label) => positive.includes(label));
  if (both !== undefined) {
    throw new Problem(`negative: must have other classes than positive, got ${both} on both sides`, { path: ['negative'] });
  }
  const rows = drawEvenly(set.classes, positive, negative, train, test, seed);
  const labelsOf = (drawn: readonly number[]): Float64Array =>
    Float64Array.from(drawn, (row) => (positive.includes(set.classes[row]!) ? 1 : -1));
  return {
    title: `${set.title} ${nameClasses(positive)} against ${nameClasses(negative)}`,
    dimension: set.mean.length,
    trainInputs: inputsOf(rows.train, set),
    trainLabels: labelsOf(rows.train),
    testInputs: inputsOf(rows.test, set),
    testLabels: labelsOf(rows.test),
    trainClasses: Int32Array.from(rows.train, (row) => set.classes[row]!),
    image: { width: set.width, height: set.height, mean: set.mean, scale: set.scale },
    attribution: set.attribution,
  };
};

/** `digits(positive:, negative:, train:, test:, seed:)`: 8×8 handwritten digits, see `images`. */
export const digits = (parameters: ImageParameters, files: FileSource, signal: AbortSignal): Promise<Dataset> =>
  images('digits', parameters, files, signal);
