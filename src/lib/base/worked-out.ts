import { atOnce, type Steps } from './steps';

/**
 * A cache of results by the immutable object that they are computed from. `ahead` computes a result in steps, so that other work can run between
 * them. A result is dropped together with its object.
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
