import { expect, test } from './harness/test';

test('sizes beyond the adapter are problems before anything is made, and what follows works', async ({ suite }) => {
  const result = await suite<{ messages: Record<string, string>; leaked: number; after: number[] }>('limits', 'beyond');
  const tooLarge = /^problem: a matrix \[1, \d+, \d+\] needs \d+ MiB, but this GPU holds at most \d+ MiB in one piece$/;
  for (const what of ['product', 'gram', 'kernelGram', 'upload']) expect(result.messages[what], what).toMatch(tooLarge);
  for (const what of ['batch', 'coefficients'])
    expect(result.messages[what], what).toMatch(
      /^problem: a matrix \[70000, 1, \d\] has 70000 entries in its batch, but this GPU takes at most 65535$/,
    );
  expect(result.leaked).toBe(0);
  for (const [i, exact] of [2 / 3, -1 / 3, -1 / 3, 2 / 3].entries()) expect(result.after[i]).toBeCloseTo(exact, 6);
});

test('empty matrices are computed as such, and a system without rows is a problem', async ({ suite }) => {
  expect(await suite('limits', 'empty')).toEqual({
    none: [],
    nothing: [0, 0, 0, 0],
    cholesky: 'problem: cholesky: the matrix must have at least one row, got 0',
    solve: 'problem: cholesky: the matrix must have at least one row, got 0',
  });
});

test('not-a-number is reported by its row, never turned into numbers, and harms no neighbour', async ({ suite }) => {
  expect(await suite('limits', 'notANumber')).toEqual({
    good: null,
    converged: true,
    matrix: { pivot: 17, size: 50, notFinite: 5 },
    jitter: 0,
    finite: [false, false],
    sideConverged: false,
    again: 0,
  });
});
