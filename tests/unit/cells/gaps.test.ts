import { expect, test } from 'vitest';
import { bytesFile } from '$lib/data/byte-file';
import { TestSheet } from '../../support/evaluate';
import { jsonText } from '../../../src/cli/json';
import { csvText } from '../../../src/cli/csv';
import { exitStatus, outcomeOf } from '../../../src/cli/outcome';
import { reportLines } from '../../../src/cli/lines';

const files = { open: () => Promise.resolve(bytesFile(new TextEncoder().encode('x1,x2,y\n1,0,1\n1,0,1\n0,1,-1\n1,1,1\n'))) };

const sheet = `
T = each(0, 0.05, 0.1)
d = table("d.csv", label: "y", test: 1)
k = source_kernel(d, theory: "lazy", temperature: T)
e = error(k)
ratio = e.test / 2
least = min(e.test)
average = mean(e.test)
where = argmin(e.test)
good = e.test[T: 0.05]
bad = e.test[T: 0]
after = bad + 1
all = check(e.test < 10)
some = check(least < 10)
figure = plot(e.test)
grid = heatmap(e.test * each(1, 2))
over = min(e.test * each(1, 2), over: T)
`;

test('one bad point of a sweep is a gap with its reason, and everything says what it did with it', async () => {
  const one = new TestSheet(files);
  const reports = await one.evaluate(sheet);
  const figure = await one.host.view('figure', { point: 0, theme: 'light' });
  const alone = await new TestSheet(files).evaluate(
    sheet.replace('each(0, 0.05, 0.1)', 'each(0.05, 0.1)').replace('bad = e.test[T: 0]', ''),
  );
  const of = (key: string) => reports.get(key);
  const right = alone.get('e')?.fields['test'] as number[];
  const why = /^k at T = 0: .*not positive definite/;
  for (const key of ['k', 'e', 'ratio']) {
    expect(of(key)?.status, key).toBe('ok');
    expect(of(key)?.gaps, key).toEqual([{ point: 0, reason: expect.stringMatching(why) as string }]);
    expect(of(key)?.warnings.join(), key).toMatch(/no value at 1 of 3 points \(k at T = 0: /);
  }
  expect(of('e')?.fields['test']).toEqual([null, ...right]);
  expect(of('ratio')?.fields['value']).toEqual([null, ...right.map((value) => value / 2)]);
  expect(of('least')?.fields['value']).toBe(Math.min(...right));
  expect(of('average')?.fields['value']).toBeCloseTo((right[0]! + right[1]!) / 2, 14);
  expect(of('where')?.fields['value']).toBe(right[0]! < right[1]! ? 0.05 : 0.1);
  expect(of('over')?.fields['value']).toEqual([Math.min(...right), 2 * Math.min(...right)]);
  expect(of('least')?.warnings.join()).toMatch(/min leaves out 1 of 3 points \(k at T = 0: /);
  expect(of('average')?.warnings.join()).toMatch(/mean leaves out 1 of 3 points/);
  expect(of('good')?.fields['value']).toBe(right[0]);
  expect(of('bad')?.problem?.message).toMatch(why);
  expect(of('after')).toMatchObject({ status: 'waiting', waitingOn: ['bad'] });
  expect(of('all')?.fields['pass']).toBe(false);
  expect(of('all')?.fields['left']).toEqual([null, ...right]);
  expect(of('all')?.warnings.join()).toMatch(/holds where there is a value, and does not pass: there is none at 1 of 3 points/);
  expect(of('some')?.fields['pass']).toBe(true);
  expect(figure).toMatchObject({ type: 'plot', series: [{ x: [0, 0.05, 0.1], y: [undefined, ...right] }] });
  expect(of('figure')?.warnings.join()).toMatch(/leaves out 1 of 3 points/);
  expect(of('grid')).toMatchObject({ status: 'ok' });
  expect(of('grid')?.warnings.join()).toMatch(/leaves out 2 of 6 points/);

  const outcome = outcomeOf('e', of('e'), 1, '');
  const json = JSON.parse(jsonText({ backend: 'reference', adapter: '', notice: '' }, [outcome], new Map())) as {
    cells: { e: { fields: { test: unknown }; gaps: unknown } };
  };
  expect(json.cells.e.fields.test).toEqual([null, ...right]);
  expect(json.cells.e.gaps).toEqual([{ point: 0, reason: expect.stringMatching(why) as string }]);
  expect(csvText(outcome)?.split('\n')[1]).toMatch(/^0,,.*k at T = 0/);
  expect(exitStatus([outcome])).toBe(1);
  expect(reportLines([outcome])[0]).toMatch(/at 2 of 3 points.*warning: no value at 1 of 3 points/);
  one.host.dispose();
});

test('what is not finite is caught where it is made: what depends on it waits', async () => {
  const reports = await new TestSheet().evaluate(`
m = exp(800)
i = 1 / m
big = mean(1e308, 1e308)
bigger = mean([1.7e308, 1.7e308, 1.7e308, -1.7e308])
exact = mean(1e16, 1, -1e16)
x = each(1, 800, 2)
f = exp(x)
g = f / f
`);
  expect(reports.get('m')?.status).toBe('error');
  expect(reports.get('i')).toMatchObject({ status: 'waiting', waitingOn: ['m'] });
  expect(reports.get('big')?.fields['value']).toBe(1e308);
  expect(reports.get('bigger')?.fields['value']).toBeCloseTo(0.85e308, -295);
  expect(reports.get('exact')?.fields['value']).toBe(1 / 3);
  expect(reports.get('f')?.fields['value']).toEqual([Math.exp(1), null, Math.exp(2)]);
  expect(reports.get('g')?.fields['value']).toEqual([1, null, 1]);
});
