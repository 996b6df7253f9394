/** One that does tasks of a kind. */
export interface Contestant<Task> {
  readonly name: string;
  /** Single precision: its results are compared less sharply. */
  readonly single?: boolean;
  /** Makes the operands and does the task once: its result, or numbers that stand for it; `undefined` where it cannot do it. */
  prepare(task: Task): Promise<ArrayLike<number> | undefined>;
  /** Milliseconds of one of `repeats` runs. */
  run(repeats: number): Promise<number>;
  dispose(): void;
}

/** A task as it is printed and compared. */
export interface Measured<Task> {
  readonly task: Task;
  readonly title: string;
  /** Largest difference allowed, relative to the largest number. */
  readonly tolerance: number;
  /** Floating-point operations, where they say something. */
  readonly operations?: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Milliseconds that one measurement takes at least. */
const least = 30;

/** Milliseconds after which the threads of whoever came before have stopped waiting for work on a core of their own. */
const quiet = 100;

const difference = (values: ArrayLike<number>, right: ArrayLike<number>): number => {
  let [off, size] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    off = Math.max(off, Math.abs(values[i]! - right[i]!));
    size = Math.max(size, Math.abs(right[i]!));
  }
  return values.length === right.length ? off / size : NaN;
};

/**
 * All contestants in turn, `rounds` times; prints medians and ratios. The first one is ours.
 * @throws Error when a contestant has another result than ours
 */
export const measure = async <Task>(
  { task, title, tolerance, operations }: Measured<Task>,
  contestants: readonly Contestant<Task>[],
  rounds: number,
): Promise<void> => {
  const taking: { contestant: Contestant<Task>; repeats: number; times: number[] }[] = [];
  let right: ArrayLike<number> | undefined;
  for (const contestant of contestants) {
    const values = await contestant.prepare(task);
    if (values === undefined) continue;
    right ??= values;
    const off = difference(values, right);
    if (!(off <= (contestant.single ? 1e-4 : tolerance))) throw new Error(`${contestant.name} is ${off} off ours in: ${title}`);
    const once = Math.min(await contestant.run(1), await contestant.run(1));
    taking.push({ contestant, repeats: Math.max(1, Math.ceil(least / once)), times: [] });
  }
  for (let round = 0; round < rounds; round++)
    for (const { contestant, repeats, times } of taking) {
      await new Promise((resolve) => setTimeout(resolve, quiet));
      // As long again, untimed: threads that have slept wake up, and Linux takes a while to give each a core of its own.
      await contestant.run(repeats);
      times.push(await contestant.run(repeats));
    }
  const own = median(taking[0]!.times);
  console.log(`\n${title}`);
  for (const { contestant, times } of taking) {
    const time = median(times);
    const rate = operations === undefined ? '' : `${(operations / time / 1e6).toFixed(1).padStart(7)} GFLOP/s`;
    console.log(`  ${contestant.name.padEnd(44)} ${time.toFixed(2).padStart(9)} ms ${rate}   ours is ${(time / own).toFixed(2)} × as fast`);
  }
};
