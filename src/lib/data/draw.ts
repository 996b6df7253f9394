import { permutation } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';

/** Rows drawn from a set, in the order in which they are dealt. */
export interface Draw {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** The order in which classes are dealt: the first positive, the first negative, the second positive, … */
export const dealingOrder = (positive: readonly number[], negative: readonly number[]): number[] =>
  Array.from({ length: Math.max(positive.length, negative.length) }, (_, index) => [positive[index], negative[index]])
    .flat()
    .filter((label) => label !== undefined);

/** How many of `count` cards the player at `index` of `players` gets, dealt in turn: they differ by at most one. */
const share = (count: number, index: number, players: number): number => Math.floor((count + players - 1 - index) / players);

/**
 * Draws training and test rows evenly over classes, without overlap, as cards are dealt.
 *
 * The rows of each class are shuffled (Philox, stream `shuffle`, step = class), so that the order of a class depends on the seed and
 * the class alone. Training rows are dealt one a class in the order of `classes`, from the top of each pile, until there are `train`;
 * test rows in the same way from the bottom of each pile. So the classes differ by at most one row; what is left over goes to the first
 * classes listed; a larger `train` (or `test`) begins with the smaller one's rows; and tasks of the same seed never test on what
 * another trains on, as long as the piles are large enough for both.
 *
 * @param rowClasses class of each row of the set
 * @param classes classes to draw from, each once, in dealing order
 * @throws Problem naming the class with too few rows.
 */
export const drawEvenly = (rowClasses: ArrayLike<number>, classes: readonly number[], train: number, test: number, seed: number): Draw => {
  const piles = classes.map((label) => {
    const rows: number[] = [];
    for (let row = 0; row < rowClasses.length; row++) if (rowClasses[row] === label) rows.push(row);
    return Array.from(permutation(rows.length, { seed, stream: streams.shuffle, step: label }), (index) => rows[index]!);
  });
  for (const [index, pile] of piles.entries()) {
    const needed = share(train, index, piles.length) + share(test, index, piles.length);
    if (needed <= pile.length) continue;
    const most = Math.min(...piles.map((each) => each.length)) * piles.length;
    throw new Problem(
      `train: ${train} training and ${test} test examples need ${needed} of class ${classes[index]!}, there are ${pile.length}` +
        ` (these classes have enough for ${most} in all)`,
      { path: ['train'] },
    );
  }
  const deal = (count: number, card: (pile: readonly number[], round: number) => number): number[] =>
    Array.from({ length: count }, (_, index) => card(piles[index % piles.length]!, Math.floor(index / piles.length)));
  return {
    train: deal(train, (pile, round) => pile[round]!),
    test: deal(test, (pile, round) => pile[pile.length - 1 - round]!),
  };
};
