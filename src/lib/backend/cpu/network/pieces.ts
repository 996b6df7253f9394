import type { Engine, KernelName, Work } from '../engine';

/** Arithmetic operations between two yields, roughly: some ten milliseconds of one thread. */
const mostWork = 2 ** 27;

/**
 * Does the tasks of a kernel whose first argument is the number of the first of them, and yields between pieces of no more than `mostWork`
 * operations or, where that is less, of one task.
 */
export function* inPieces(engine: Engine, kernel: KernelName, work: Work, ...given: readonly number[]): Generator<undefined, void> {
  const together = Math.max(1, Math.floor(mostWork / Math.max(1, work.each)));
  for (let first = 0; first < work.tasks; first += together) {
    if (first > 0) yield;
    engine.run(kernel, { ...work, tasks: Math.min(together, work.tasks - first) }, first, ...given);
  }
}

/** Rows that the kernels of networks take at a time, `together` of `assembly/network/feature-rows.ts`. */
export const rowsTogether = 32;

/** Bytes of scratch that a product in tiles needs. */
export const tileScratch = 128;

/** Arithmetic operations of an activation with its slope, roughly. */
export const activationWork = 70;
