import { expect, test } from 'vitest';
import { alignFields } from '$lib/cells/operators/align';
import type { Field } from '$lib/graph/kind';
import { evaluate, TestSheet } from '../../support/evaluate';

const sheet = `
a = range(1, 3, count: 3)
b = each(10, 20)
sum = a + b
double = 2 * a
least = min(sum)
leastOverA = min(sum, over: a)
where = argmin((a - 2.2) ^ 2)
chosen = sum[b: 19]
point = sum[a: 1, b: 10]
nested = each(1, 2) + each(5, 6, 7)
both = argmax(sum)
`;

test('axes broadcast by name, reductions and selections take them away', async () => {
  const of = await evaluate(sheet);
  expect(of('sum').axes).toEqual([
    { name: 'a', values: [1, 2, 3] },
    { name: 'b', values: [10, 20] },
  ]);
  expect(of('sum').fields['value']).toEqual([11, 21, 12, 22, 13, 23]);
  expect(of('double').fields['value']).toEqual([2, 4, 6]);
  expect(of('least').fields['value']).toBe(11);
  expect(of('leastOverA').axes.map(({ name }) => name)).toEqual(['b']);
  expect(of('leastOverA').fields['value']).toEqual([11, 21]);
  expect(of('where').fields['value']).toBe(2);
  expect(of('chosen').fields['value']).toEqual([21, 22, 23]);
  expect(of('point').fields['value']).toBe(11);
  expect(of('nested').axes.map(({ name }) => name)).toEqual(['each_1', 'each_2']);
  expect(of('both').problem?.message).toBe('argmax: say over which axis, e.g. over: a; there are a, b');
});

test('a range on a log scale keeps its ends exactly', async () => {
  const of = await evaluate('delta = range(0.01, 1000, count: 13, scale: "log")');
  const values = of('delta').axes[0]?.values ?? [];
  expect(values).toHaveLength(13);
  expect([values[0], values[12]]).toEqual([0.01, 1000]);
});

test('a sweep over theories has the fields of each of them', async () => {
  const sheet = new TestSheet();
  const reports = await sheet.evaluate(`
    task = linear_task(dim: 2, train: 4, test: 3)
    pre = source_kernel(task, theory: each("lazy", "bayes", "proportional"), particles: 32)
    err = error(pre)
    figure = plot(err.test)
    bent = plot(err.test, scale: "log")
  `);
  const figure = await sheet.host.view('figure', { point: 0, theme: 'light' });
  sheet.host.dispose();
  expect(reports.get('pre')?.fields['readout_norm']).toEqual([undefined, undefined, expect.any(Number)]);
  const bars = reports.get('err')?.fields['test.stderr'];
  expect(bars).toEqual([undefined, expect.any(Number), undefined]);
  expect(figure).toMatchObject({ xName: 'theory', xWords: ['lazy', 'bayes', 'proportional'], xScale: 'linear' });
  expect(reports.get('bent')?.problem?.message).toBe('scale: "log" needs every theory to be a number');
  expect(figure.type === 'plot' && figure.series.map(({ stderr }) => stderr)).toEqual([bars]);
});

test('alignFields refuses two axes of one name with different values, as arithmetic does', () => {
  const over = (values: readonly number[]): Field => ({ axes: [{ name: 'n', values }], points: values });
  expect(() => alignFields([over([1, 2]), over([1, 3])])).toThrow('two axes are called n but have different values');
  expect(alignFields([over([1, 2]), over([1, 2])]).points).toEqual([
    [1, 1],
    [2, 2],
  ]);
});
