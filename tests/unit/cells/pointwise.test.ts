import { expect, test } from 'vitest';
import { pointwise, type Services } from '$lib/cells/cell-kind';

// How long is left is told from progress: points that each began from nothing had it guessed as an hour where it was seconds.
test('the progress of points, one after another, is that of all together and never goes back', async () => {
  const told: number[] = [];
  const context = {
    signal: new AbortController().signal,
    quality: 'fine' as const,
    progress: (fraction: number) => void told.push(fraction),
    show: () => undefined,
  };
  const compute = pointwise((point: number, run) => {
    for (const fraction of [0.5, 1]) run.progress(fraction);
    return 2 * point;
  });
  expect(await compute([1, 2, 3, 4], context, {} as Services)).toEqual([2, 4, 6, 8]);
  expect([...new Set(told)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((eighth) => eighth / 8));
});
