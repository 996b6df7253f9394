import { atOnce, type Steps } from './steps';

/**
 * What is worked out of an object that never changes: once for each, and ahead in steps where whoever needs it gives way to others between
 * them. It is forgotten with its object.
 */
export class WorkedOut<From extends object, Result extends object> {
  readonly #known = new WeakMap<From, Result>();
  readonly #work: (from: From) => Steps<Result>;

  constructor(work: (from: From) => Steps<Result>) {
    this.#work = work;
  }

  /** The result, at once. */
  of(from: From): Result {
    const known = this.#known.get(from) ?? atOnce(this.#work(from));
    this.#known.set(from, known);
    return known;
  }

  /** Works in steps: `of` has nothing left to do after the last. */
  *ahead(from: From): Steps<void> {
    if (!this.#known.has(from)) this.#known.set(from, yield* this.#work(from));
  }
}
