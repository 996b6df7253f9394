import { expect, test } from 'vitest';
import { TestSheet } from '../../support/evaluate';

const looks = async (formula: string) => {
  const sheet = new TestSheet();
  await sheet.evaluate(`data = ${formula}`);
  const view = await sheet.host.view('data', { point: 0, theme: 'light' });
  sheet.host.dispose();
  if (view.type !== 'dataset') throw new Error(`a ${view.type}`);
  return view;
};

test('classes are counted', async () => {
  const { labels, labelEnds } = await looks('digits(positive: 0, negative: 1, train: 6, test: 4)');
  expect(labels).toEqual([
    { value: 1, train: 3, test: 2 },
    { value: -1, train: 3, test: 2 },
  ]);
  expect(labelEnds).toEqual([-1, 1]);
});

test.each([4, 40])('real labels of %i examples are no classes: their ends are said', async (train) => {
  const { labels, labelEnds } = await looks(`linear_task(dim: 3, train: ${train}, test: 2)`);
  expect(labels).toEqual([]);
  const [low, high] = labelEnds;
  expect(low).toBeLessThan(high);
  expect(Number.isFinite(low + high)).toBe(true);
});
