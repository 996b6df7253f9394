import { Problem } from '$lib/base/problem';
import type { Dataset } from './dataset';
import { drawEvenly } from './draw';
import { nameClasses } from './images';
import { checkCount, checkSeed, checkSize } from './limits';
import { shorten } from './number-text';
import { Pause } from './pause';
import type { Normalisation, PictureSet } from './pictures';

/** A class by its number or by its name. */
export type PictureClass = number | string;

/** How the inputs and labels of a task are made of pictures. */
export interface PictureTask {
  readonly positive: PictureClass | readonly PictureClass[];
  readonly negative: PictureClass | readonly PictureClass[];
  readonly train: number;
  /** How many pictures of the same files are the test set; of other files, all of these classes are. */
  readonly test: number;
  readonly seed: number;
  /** Take the mean picture off. */
  readonly centre: boolean;
  /** Divide so that the mean of |x|²/D is 1. */
  readonly scale: boolean;
  /** Divide each pixel by its own deviation instead. */
  readonly standardise: 'none' | 'pixel';
  /** Labels of the positive and negative classes: ±1, 1 and 0, or the class numbers. */
  readonly coding: '±1' | '01' | 'class';
}

/** One pass over all pictures: the mean of each pixel and of its square (Welford), so that none of them is kept. */
const normalisation = async (
  set: PictureSet,
  task: PictureTask,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<Normalisation> => {
  const dimension = set.channels * set.width * set.height;
  const mean = new Float64Array(dimension);
  const squares = new Float64Array(dimension);
  const input = new Float64Array(dimension);
  const pause = new Pause(signal);
  for (let index = 0; index < set.count; index++) {
    set.input(index, input);
    for (let d = 0; d < dimension; d++) {
      const off = input[d]! - mean[d]!;
      mean[d]! += off / (index + 1);
      squares[d]! += off * (input[d]! - mean[d]!);
    }
    await pause.whenDue();
    if (index % 256 === 0) progress(index / set.count);
  }
  const variances = squares.map((sum) => sum / set.count);
  const about = task.centre ? mean : new Float64Array(dimension);
  // Without the mean taken off, sizes are measured from 0.
  const sizes = task.centre ? variances : variances.map((variance, d) => variance + mean[d]! ** 2);
  if (task.standardise === 'pixel') return { mean: about, scale: variances.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1)) };
  const size = Math.sqrt(sizes.reduce((sum, one) => sum + one, 0) / dimension);
  return { mean: about, scale: new Float64Array(dimension).fill(task.scale && size > 0 ? size : 1) };
};

/** The normalisation of a set, found once. */
const knownNormalisation: typeof normalisation = async (set, task, signal, progress) => {
  const key = `${task.centre} ${task.scale} ${task.standardise}`;
  const found = set.normalisations.get(key) ?? (await normalisation(set, task, signal, progress));
  set.normalisations.set(key, found);
  return found;
};

const list = (classes: PictureClass | readonly PictureClass[]): readonly PictureClass[] =>
  typeof classes === 'object' ? classes : [classes];

/** The numbers of the classes of one side. @throws Problem that lists what there is. */
const readClasses = (
  side: 'positive' | 'negative',
  given: PictureClass | readonly PictureClass[],
  set: PictureSet,
  names: readonly string[] | undefined,
): number[] => {
  const path = [side];
  const known = [...new Set(set.classes)].sort((a, b) => a - b);
  const there = nameClasses(known) + (names ? ` (${known.map((one) => `"${names[one] ?? one}"`).join(', ')})` : '');
  const wanted = list(given);
  if (wanted.length === 0) throw new Problem(`${side}: must have at least one class, got an empty list`, { path });
  const numbers = wanted.map((one) => {
    const label = typeof one === 'number' ? one : (names?.indexOf(one) ?? -1);
    if (known.includes(label)) return label;
    throw new Problem(`${side}: must be classes that are there, ${there}, got ${typeof one === 'number' ? one : `"${shorten(one)}"`}`, {
      path,
    });
  });
  const twice = numbers.find((label, index) => numbers.indexOf(label) !== index);
  if (twice !== undefined) throw new Problem(`${side}: must name each class once, got ${twice} twice`, { path });
  return numbers;
};

/** Inputs [rows, D] of some pictures. */
const inputsOf = async (
  set: PictureSet,
  rows: readonly number[],
  { mean, scale }: Normalisation,
  signal: AbortSignal,
): Promise<Float64Array> => {
  const dimension = mean.length;
  const inputs = new Float64Array(rows.length * dimension);
  const pause = new Pause(signal);
  for (const [index, row] of rows.entries()) {
    const out = inputs.subarray(index * dimension, (index + 1) * dimension);
    set.input(row, out);
    for (let d = 0; d < dimension; d++) out[d] = (out[d]! - mean[d]!) / scale[d]!;
    await pause.whenDue();
  }
  return inputs;
};

/** Pictures that a view shows, at most. */
const mostTiles = 48;

/** The first training pictures in their own colours, [tiles, height, width, 3]. */
const tilesOf = (set: PictureSet, rows: readonly number[]): NonNullable<Dataset['tiles']> => {
  const { width, height } = set.own;
  const shown = rows.slice(0, Math.max(1, Math.min(mostTiles, Math.floor(2 ** 22 / (3 * width * height)))));
  const data = new Uint8ClampedArray(shown.length * 3 * width * height);
  shown.forEach((row, index) => {
    set.colours(row, data.subarray(index * 3 * width * height, (index + 1) * 3 * width * height));
  });
  return { width, height, data };
};

/**
 * A task on pictures of files, as `images` has it on the embedded ones: classes are drawn evenly over both sides (`drawEvenly`), inputs
 * are centred on the mean picture of all pictures of the training files and scaled so that their mean |x|²/D is 1, unless told otherwise.
 *
 * @param other the pictures that are the test set, where they are in files of their own; they are normalised as the training ones
 * @param progress hears of the pass over all pictures
 * @throws Problem for a class that is not there, on both sides or too small, which lists what there is.
 */
export const pictureTask = async (
  title: string,
  set: PictureSet,
  other: PictureSet | undefined,
  names: readonly string[] | undefined,
  task: PictureTask,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<Dataset> => {
  const { train, test, seed, coding } = task;
  checkCount('train', train, 1);
  checkCount('test', test, 0);
  checkSeed(seed);
  const positive = readClasses('positive', task.positive, set, names);
  const negative = readClasses('negative', task.negative, set, names);
  const both = negative.find((label) => positive.includes(label));
  if (both !== undefined)
    throw new Problem(`negative: must have other classes than positive, got ${both} on both sides`, { path: ['negative'] });
  if (other && (other.width !== set.width || other.height !== set.height || other.channels !== set.channels))
    throw new Problem(
      `test: must hold pictures of ${set.height} × ${set.width} as the training files, got ${other.height} × ${other.width}; size: brings both to one`,
      { path: ['test'] },
    );
  const drawn = drawEvenly(set.classes, positive, negative, train, other ? 0 : test, seed);
  const wanted = new Set([...positive, ...negative]);
  const tests = other ? [...other.classes.keys()].filter((row) => wanted.has(other.classes[row]!)) : drawn.test;
  const dimension = set.channels * set.width * set.height;
  checkSize(train + tests.length, dimension);
  const normal = await knownNormalisation(set, task, signal, progress);
  const labelOf = (label: number): number => (coding === 'class' ? label : positive.includes(label) ? 1 : coding === '01' ? 0 : -1);
  const labels = (rows: readonly number[], from: PictureSet): Float64Array => Float64Array.from(rows, (row) => labelOf(from.classes[row]!));
  return {
    title: `${title} ${nameClasses(positive)} against ${nameClasses(negative)}`,
    dimension,
    trainInputs: await inputsOf(set, drawn.train, normal, signal),
    trainLabels: labels(drawn.train, set),
    testInputs: await inputsOf(other ?? set, tests, normal, signal),
    testLabels: labels(tests, other ?? set),
    trainClasses: Int32Array.from(drawn.train, (row) => set.classes[row]!),
    tiles: tilesOf(set, drawn.train),
  };
};
