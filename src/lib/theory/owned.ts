import type { Matrix } from '$lib/backend/backend';

/** What is made here belongs together and is given back together, but for what was handed over. */
export class Owned {
  #made: Matrix[] = [];

  keep<M extends Matrix>(matrix: M): M {
    this.#made.push(matrix);
    return matrix;
  }

  /** All of it is someone else's from then on. */
  handOver(): void {
    this.#made = [];
  }

  [Symbol.dispose](): void {
    for (const matrix of this.#made) matrix[Symbol.dispose]();
  }
}
