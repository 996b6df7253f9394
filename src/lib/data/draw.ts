import { permutation } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';

/** Rows drawn from a set, in the order in which they are taken. */
export interface Draw {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** The order in which classes give a row in turn: the first positive, the first negative, the second positive, … */
export const turnOrder = (positive: readonly number[], negative: readonly number[]): number[] =>
  Array.from({ length: Math.max(positive.length, negative.length) }, (_, index) => [positive[index], negative[index]])
    .flat()
    .filter((label) => label !== undefined);

/** How many of `count` rows class number `index` of `classes` gives when they give one in turn: the numbers differ by at most one. */
const share = (count: number, index: number, classes: number): number => Math.floor((count + classes - 1 - index) / classes);

/**
 * Where the steps of the stream for classes of 10 and more begin: of their common order, and of a task's own. Smaller steps keep their
 * meaning, so that old sheets draw the same rows.
 */
const [manyOrders, manyTasks] = [2 ** 25, 2 ** 26];

/** FNV-1a of some numbers, 32 bits. */
const hashOf = (numbers: readonly number[]): number =>
  numbers.reduce((hash, number) => Math.imul(hash ^ number, 0x01000193), 0x811c9dc5) >>> 0;

/** The stream's step for a task's own order of a class. */
const ownStep = (positive: readonly number[], negative: readonly number[], label: number): number => {
  if ([...positive, ...negative].every((each) => each >= 0 && each < 10)) return 16 * taskNumber(positive, negative) + label;
  const sides = [positive, negative].map((side) => [...side].sort((a, b) => a - b));
  const ordered = sides.sort((a, b) => a[0]! - b[0]!);
  return manyTasks + (hashOf([...ordered[0]!, -1, ...ordered[1]!, -1, label]) % 2 ** 31);
};

/** The stream's step for the order of a class that all tasks share. */
const commonStep = (label: number): number => (label >= 0 && label < 10 ? label : manyOrders + (label & 0xffffff));

/** Tells tasks apart by the classes on their sides, the same when the sides are swapped; classes are below 10. */
const taskNumber = (positive: readonly number[], negative: readonly number[]): number => {
  const [low, high] = [positive, negative].map((side) => side.reduce((sum, label) => sum + 2 ** label, 0)).sort((a, b) => a - b);
  return low! + 1024 * high!;
};

/** The rows of one class in the order in which a task takes them: shuffled once for the seed, then the first half for the task. */
const orderedRows = (rowClasses: ArrayLike<number>, label: number, step: number, seed: number): number[] => {
  const rows: number[] = [];
  for (let row = 0; row < rowClasses.length; row++) if (rowClasses[row] === label) rows.push(row);
  const common = Array.from(permutation(rows.length, { seed, stream: streams.shuffle, step: commonStep(label) }), (index) => rows[index]!);
  const half = Math.floor(rows.length / 2);
  const own = permutation(half, { seed, stream: streams.shuffle, step });
  return [...Array.from(own, (index) => common[index]!), ...common.slice(half)];
};

/**
 * Draws training and test rows evenly over classes, without overlap: the classes give one row each in turn.
 *
 * The rows of each class are shuffled (Philox, stream `shuffle`, step = class) in an order that depends on the seed and the class alone;
 * then its first half is shuffled once more (step = 16 · task + class), in an order of this task's own. Training rows are taken from the
 * front of each class, one a class in the order of `turnOrder`, until there are `train`; test rows in the same way from the end.
 *
 * So the classes differ by at most one row, and what is left over comes from the first classes in this order; a larger `train` (or `test`) begins
 * with the smaller one's rows; the test set does not depend on `train`. Tasks of the same seed but other classes train on images of
 * their own draw, and never test on what another trains on as long as neither takes more than half of a class.
 *
 * @param rowClasses class of each row of the set
 * @param positive classes of one side, each once
 * @param negative classes of the other side
 * @throws Problem naming the class with too few rows.
 */
export const drawEvenly = (
  rowClasses: ArrayLike<number>,
  positive: readonly number[],
  negative: readonly number[],
  train: number,
  test: number,
  seed: number,
): Draw => {
  const classes = turnOrder(positive, negative);
  const queues = classes.map((label) => orderedRows(rowClasses, label, ownStep(positive, negative, label), seed));
  for (const [index, queue] of queues.entries()) {
    const needed = share(train, index, queues.length) + share(test, index, queues.length);
    if (needed <= queue.length) continue;
    const most = Math.min(...queues.map((each) => each.length)) * queues.length;
    throw new Problem(
      `train: ${train} training and ${test} test examples need ${needed} of class ${classes[index]!}, there are ${queue.length}` +
        ` (these classes have enough for ${most} in all)`,
      { path: ['train'] },
    );
  }
  const take = (count: number, rowOf: (queue: readonly number[], round: number) => number): number[] =>
    Array.from({ length: count }, (_, index) => rowOf(queues[index % queues.length]!, Math.floor(index / queues.length)));
  return {
    train: take(train, (queue, round) => queue[round]!),
    test: take(test, (queue, round) => queue[queue.length - 1 - round]!),
  };
};
