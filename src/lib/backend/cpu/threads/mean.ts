/** Weight of the last job in the mean of many, and how many times the mean it may count: one job that had to wait decides nothing. */
const weight = 0.05;
const most = 10;

/** Mean time of jobs, of the last ones more than of those long ago. */
export class Mean {
  #value: number;
  #count: number;

  /** As if so many jobs had taken `value`. */
  constructor(value = 0, count = 0) {
    this.#value = value;
    this.#count = count;
  }

  /** Milliseconds; 0 where there were no jobs. */
  get value(): number {
    return this.#value;
  }

  get count(): number {
    return this.#count;
  }

  add(milliseconds: number): void {
    this.#count += 1;
    // A clock may be too coarse for a first job.
    const counted = this.#value === 0 ? milliseconds : Math.min(milliseconds, most * this.#value);
    this.#value += Math.max(weight, 1 / this.#count) * (counted - this.#value);
  }
}
