import { Problem } from '$lib/base/problem';
import type { Dataset } from './dataset';
import { drawEvenly } from './draw';
import { partOf, type Hearer } from './in-turns';
import { nameClasses } from './images';
import { checkCount, checkSeed, checkSize } from './limits';
import { shorten } from './number-text';
import { PictureInputs, readInputs, type Normalising } from './picture-inputs';
import type { PictureSet } from './pictures';

/** A class by its number or by its name. */
export type PictureClass = number | string;

/** How the inputs and labels of a task are made of pictures. */
export interface PictureTask extends Normalising {
  readonly positive: PictureClass | readonly PictureClass[];
  readonly negative: PictureClass | readonly PictureClass[];
  readonly train: number;
  /** How many pictures of the same files are the test set; of other files, all of these classes are. */
  readonly test: number;
  readonly seed: number;
  /** Labels of the positive and negative classes: ±1, 1 and 0, or the class numbers. */
  readonly coding: '±1' | '01' | 'class';
}

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

/** Pictures that a view shows, at most. */
const mostTiles = 48;

/**
 * A task on pictures of files, as `images` has it on the embedded ones: classes are drawn evenly over both sides (`drawEvenly`), inputs
 * are centred on the mean picture of all pictures of the training files and scaled so that their mean |x|²/D is 1, unless told otherwise.
 *
 * @param other the pictures that are the test set, where they are in files of their own; they are normalised as the training ones
 * @param hearer hears of the passes over the pictures
 * @throws Problem for a class that is not there, on both sides or too small, which lists what there is.
 */
export const pictureTask = async (
  title: string,
  set: PictureSet,
  other: PictureSet | undefined,
  names: readonly string[] | undefined,
  task: PictureTask,
  hearer: Hearer,
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
  const training = new PictureInputs(set, drawn.train, mostTiles);
  const testing = new PictureInputs(other ?? set, tests, 0);
  const normal = await readInputs(set, other ? [training] : [training, testing], task, partOf(hearer, 0, other ? 0.7 : 1));
  if (other) await testing.read(partOf(hearer, 0.7, 1));
  for (const inputs of [training, testing]) inputs.normalise(normal);
  const labelOf = (label: number): number => (coding === 'class' ? label : positive.includes(label) ? 1 : coding === '01' ? 0 : -1);
  const labels = (rows: readonly number[], from: PictureSet): Float64Array => Float64Array.from(rows, (row) => labelOf(from.classes[row]!));
  return {
    title: `${title} ${nameClasses(positive)} against ${nameClasses(negative)}`,
    dimension,
    trainInputs: training.inputs,
    trainLabels: labels(drawn.train, set),
    testInputs: testing.inputs,
    testLabels: labels(tests, other ?? set),
    trainClasses: Int32Array.from(drawn.train, (row) => set.classes[row]!),
    tiles: training.tiles,
  };
};
