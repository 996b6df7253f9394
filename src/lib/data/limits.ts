import { Problem } from '$lib/base/problem';

/**
 * Bytes that the datasets of a sheet may hold together: the budget that is said of memory. What a cell would add to those in use, over its
 * whole sweep, is summed and checked before any of it is made.
 */
export const datasetBudget = 2 * 2 ** 30;

/** Numbers that one dataset may hold, in double precision a quarter of the budget. */
export const maximumEntries = datasetBudget / 4 / 8;

/** @throws Problem unless a number of examples or dimensions is a whole number of at least `least`. */
export const checkCount = (name: string, value: number, least: number): void => {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new Problem(`${name}: must be a whole number ≥ ${least}, got ${value}`, { path: [name] });
};

/** @throws Problem unless a seed is a whole number that double precision holds exactly. */
export const checkSeed = (seed: number): void => {
  if (!Number.isSafeInteger(seed)) throw new Problem(`seed: must be a whole number, got ${seed}`, { path: ['seed'] });
};

/** @throws Problem when this many examples would not fit, before anything is allocated. */
export const checkSize = (examples: number, dimension: number): void => {
  if (examples * dimension <= maximumEntries) return;
  const most = Math.floor(maximumEntries / dimension);
  throw new Problem(`train: ${examples} examples of dimension ${dimension} are more than fit, at most ${most} do`, { path: ['train'] });
};

/** Rows that a table in a file may have: each has a label and an input at least. */
const mostRows = maximumEntries / 2;

/** @throws Problem when a table has more rows than fit, before anything is allocated. */
export const checkRows = (rows: number, name: string): void => {
  if (rows > mostRows) throw new Problem(`${name}: ${rows} rows are more than fit, at most ${mostRows} do`);
};

/** A file larger than this is not read, in bytes. */
export const largestFile = 256 * 2 ** 20;
