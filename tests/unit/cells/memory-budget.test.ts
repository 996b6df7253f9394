import { describe, expect, test } from 'vitest';
import { datasetBudget, maximumEntries } from '$lib/data/limits';
import { evaluate } from '../../support/evaluate';

const messageOf = async (formula: string): Promise<string | undefined> =>
  (await evaluate(`a = ${formula}\nb = 1 + 1`))('a').problem?.message;

describe('the memory of datasets', () => {
  test('a sweep that would go beyond the budget is refused with the numbers, before any of it is made', async () => {
    expect(datasetBudget).toBe(2 * 2 ** 30);
    const refused = 'of memory at %d points; the data of a sheet may hold 2 GiB';
    // 12 · 8 · (60,200 · 1001 + 1000) bytes.
    expect(await messageOf('linear_task(dim: 1000, train: 60000, seed: each(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))')).toBe(
      `needs 5.4 GiB ${refused.replace('%d', '12')}`,
    );
    // 5 · 8 · (40,200 · 1001 + 1000)
    expect(await messageOf('polynomial_task(dim: 1000, train: 50000, test: 0, degree: each(1, 2, 3, 4, 5, 6))')).toBe(
      `needs 2.2 GiB ${refused.replace('%d', '6')}`,
    );
    // 3 · 8 · (6200 · 10,001 + 5000 · 10,001)
    expect(await messageOf('manifold_task(latent: 5000, dim: 10000, train: 6000, seed: each(1, 2, 3))')).toBe(
      `needs 2.5 GiB ${refused.replace('%d', '3')}`,
    );
  });

  test('one point that is too large by itself is a gap of its own and takes no room from the others', async () => {
    const of = await evaluate(`a = linear_task(dim: 100, train: each(10, ${maximumEntries}, 20))\nb = a.train`);
    expect(of('a').gaps).toEqual([{ point: 1, reason: expect.stringContaining('are more than fit') as string }]);
    expect(of('b').fields['value']).toEqual([10, null, 20]);
  });

  test('what is refused leaves the rest of the sheet alone', async () => {
    const of = await evaluate('a = linear_task(dim: 1000, train: 60000, seed: each(1, 2, 3, 4, 5))\nb = 1 + 1\nc = a.train');
    expect(of('a').status).toBe('error');
    expect(of('b').fields['value']).toBe(2);
    expect(of('c').status).toBe('waiting');
  });
});
