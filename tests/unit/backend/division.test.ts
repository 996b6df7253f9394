import { expect, test } from 'vitest';
import { Division } from '$lib/backend/cpu/threads/division';

/**
 * Runs `count` jobs of a kind on a machine that takes so long for them; how many were shared, and their whole time. `guess`: what shared jobs
 * seem to take alone.
 */
const jobs = (division: Division, count: number, time: (shared: boolean) => number, guess?: number): { shared: number; total: number } => {
  let [shared, total] = [0, 0];
  for (let i = 0; i < count; i++) {
    const isShared = division.isShared('move 32');
    const milliseconds = time(isShared);
    division.tell('move 32', milliseconds, isShared ? guess : undefined);
    shared += Number(isShared);
    total += milliseconds;
  }
  return { shared, total };
};

/** Numbers in [0, 1) that look like chance. */
const chances = (seed = 1): (() => number) => {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
};

const quiet = (shared: boolean): number => (shared ? 0.25 : 0.4);

/** A thread waits for a core now and then, some milliseconds. */
const busy = (): ((shared: boolean) => number) => {
  const chance = chances();
  return (shared) => (shared ? 0.25 + (chance() < 0.3 ? 4 : 0) : 0.4);
};

test('jobs are shared where that is faster, and trials cost little', () => {
  const { shared, total } = jobs(new Division(), 5000, quiet);
  expect(shared).toBeGreaterThan(4800);
  expect(total).toBeLessThan(1.03 * 5000 * 0.25);
});

test.each([2, 5, 20, 42, 300])('also jobs of %d ms, of which a trial takes longer than others between trials', (milliseconds) => {
  const division = new Division();
  // The first one finds no compiled code.
  jobs(division, 1, () => 3.2 * milliseconds, 6.4 * milliseconds);
  const { total } = jobs(division, 200, (shared) => (shared ? 1 : 2) * milliseconds, 2 * milliseconds);
  expect(total).toBeLessThan(1.04 * 200 * milliseconds);
});

test('long jobs are done alone where other work has the second core', () => {
  const { total } = jobs(new Division(), 200, (shared) => (shared ? 120 : 84), 84);
  expect(total).toBeLessThan(1.05 * 200 * 84);
});

test('jobs that are shared in vain from the first on are soon done alone', () => {
  const { shared, total } = jobs(new Division(), 100, (shared) => (shared ? 1.4 : 0.4), 0.4);
  expect(shared).toBeLessThan(12);
  expect(total).toBeLessThan(1.3 * 100 * 0.4);
});

test('a guess that is wrong is soon corrected', () => {
  // Halves of a core that share its arithmetic: each part takes twice as long as alone.
  expect(jobs(new Division(), 3000, (shared) => (shared ? 0.5 : 0.4), 0.8).shared).toBeLessThan(400);
  // Parts that are not alike: that of the calling thread is the smaller one.
  expect(jobs(new Division(), 3000, quiet, 0.15).shared).toBeGreaterThan(2800);
});

test('jobs are done alone where threads have to wait for a core', () => {
  const { total } = jobs(new Division(), 5000, busy());
  // Shared, each would take 1.45 ms.
  expect(total).toBeLessThan(1.25 * 5000 * 0.4);
});

test('what was learnt of one kind makes trials of others rarer', () => {
  let total = 0;
  for (let run = 0; run < 5; run++) {
    const [division, chance] = [new Division(), chances(1 + 77 * run)];
    for (let i = 0; i < 300; i++)
      for (let kind = 0; kind < 12; kind++) {
        const isShared = division.isShared(`kind ${kind}`);
        const milliseconds = isShared ? 0.22 + (chance() < 0.5 ? 20 : 0) : 0.4;
        division.tell(`kind ${kind}`, milliseconds, isShared ? 0.4 : undefined);
        total += milliseconds;
      }
  }
  expect(total).toBeLessThan(1.42 * 5 * 12 * 300 * 0.4);
});

test('slow first jobs, whose code is still being compiled, are soon forgotten', () => {
  const division = new Division();
  jobs(division, 8, () => 3);
  const { total } = jobs(division, 2000, quiet);
  expect(total).toBeLessThan(1.1 * 2000 * 0.25);
});

test('jobs whose code is slow at first are compared with what the same code would take alone', () => {
  const division = new Division();
  // As measured: milliseconds, and what they seemed to take alone.
  const measured: readonly (readonly [number, number])[] = [
    [10.2, 21.4],
    [13.97, 19.94],
    [0.865, 1.403],
    [0.909, 1.475],
    [0.75, 1.3],
  ];
  for (const [milliseconds, alone] of measured) expect(jobs(division, 1, () => milliseconds, alone).shared).toBe(1);
});

test('ill luck among the first jobs is soon forgotten', () => {
  const division = new Division();
  // As measured: the threads have not got cores of their own yet.
  for (const late of [5.6, 0.5, 0.6, 4.2, 4.2]) jobs(division, 1, (shared) => (shared ? late : 0.95), 0.97);
  const { total } = jobs(division, 500, (shared) => (shared ? 0.49 : 0.95), 0.97);
  expect(total).toBeLessThan(1.15 * 500 * 0.49);
});

test('the way is changed when the machine becomes busy, and again when it is quiet', () => {
  const division = new Division();
  jobs(division, 2000, quiet);
  expect(jobs(division, 3000, busy()).shared).toBeLessThan(600);
  expect(jobs(division, 5000, quiet).shared).toBeGreaterThan(4000);
});

test('one job that had to wait changes nothing', () => {
  const division = new Division();
  jobs(division, 2000, quiet);
  jobs(division, 1, () => 50);
  expect(jobs(division, 200, quiet).shared).toBeGreaterThan(190);
});

test('kinds are told apart, and no more than some hundreds are remembered', () => {
  const division = new Division();
  jobs(division, 1000, busy());
  expect(division.isShared('push 32')).toBe(true);
  for (let i = 0; i < 1000; i++) division.tell(`other ${i}`, 1);
  expect(division.isShared('move 32')).toBe(true);
});
