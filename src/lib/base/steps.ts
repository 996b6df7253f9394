/**
 * Long work as a generator: it yields after at most a few milliseconds and tells how far it has come, 0…1. So the work is written once
 * and can be stopped between its steps; how it is cut never changes its result.
 */
export type Steps<T> = Generator<number, T, void>;

/** Numbers handled between two looks: some milliseconds of the dearest of what is done with one number. */
export const STEP = 2 ** 14;

/** The work without a pause. */
export const atOnce = <T>(steps: Steps<T>): T => {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
};

/** A part of some work: its own 0…1 is `from`…`to` of the whole. */
export function* part<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    yield from + (to - from) * next.value;
  }
}

/** Calls `work(first, end)` for stretches of 0 … count, each of at most `length`. */
export function* stretches(count: number, length: number, work: (first: number, end: number) => void): Steps<void> {
  for (let first = 0; first < count; first += length) {
    const end = Math.min(count, first + length);
    work(first, end);
    yield end / count;
  }
}

/** A number for each place, `of(index)`. */
export function* numbers(count: number, of: (index: number) => number): Steps<Float64Array> {
  const out = new Float64Array(count);
  yield* stretches(count, STEP, (first, end) => {
    for (let index = first; index < end; index++) out[index] = of(index);
  });
  return out;
}

/** Σ of(index), added up in the order of the places. */
export function* sum(count: number, of: (index: number) => number): Steps<number> {
  let total = 0;
  yield* stretches(count, 8 * STEP, (first, end) => {
    for (let index = first; index < end; index++) total += of(index);
  });
  return total;
}
