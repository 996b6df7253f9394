import { describe, expect, test } from 'vitest';
import { spaced } from '$lib/cells/kinds/range';
import { bytesFile } from '$lib/data/byte-file';
import { evaluate } from '../../support/evaluate';

describe('axes made inside formulas', () => {
  test('never take the name of a cell', async () => {
    const of = await evaluate(`
range_1 = range(1, 3, count: 3)
f = range_1 * range(1, 3, count: 3)
m = mean(f)
each_2 = 5
g = each(1, 2) * each(3, 4)
one = g[each_1: 2]
`);
    expect(of('f').axes.map(({ name }) => name)).toEqual(['range_1', 'range_1_2']);
    expect(of('m').fields['value']).toBe(4);
    expect(of('g').axes.map(({ name }) => name)).toEqual(['each_1', 'each_2_2']);
    expect(of('one').fields['value']).toEqual([6, 8]);
  });

  const f = 'f = range(1, 3, count: 3) * range(10, 20, count: 2)';
  const swept = [
    `${f}\nm = max(f, over: range_2)`,
    `${f}\nm = f[range_2: 20]`,
    `${f}\nm = argmax(f, over: range_1)`,
    `a = each(1, 2) + 1\n${f}\nm = min(f, over: range_1)`,
  ];
  test.each(swept)('a line more before them never changes what a name means: it is refused then (%#)', async (sheet) => {
    const before = (await evaluate(sheet))('m');
    expect(before.status).toBe('ok');
    for (const line of ['g = range(5, 7, count: 3) + 1', 'g = 3 + range(1, 2, count: 2) * range(1, 2, count: 2)', 'g = each(1, 2)']) {
      const after = (await evaluate(`${line}\n${sheet}`))('m');
      if (after.status === 'ok') expect(after.fields).toEqual(before.fields);
      else expect(after.problem?.message).toMatch(/one of several axes made inside formulas|there is no axis/);
    }
  });

  test('a single one of its kind goes by its number, whatever stands before it', async () => {
    const of = await evaluate(
      'a = range(1, 2, count: 2) + 1\nf = range(5, 6, count: 2) * each(1, 2)\nm = f[range_2: 6]\nn = f[range_1: 5]',
    );
    expect(of('m').fields['value']).toEqual([6, 12]);
    expect(of('n').problem?.message).toBe('axis: there is no axis range_1 here; the axes are range_2, each_1');
  });

  test('called like what every object has are axes like others', async () => {
    const of = await evaluate('constructor = range(1, 2, count: 2)\nf = constructor * each(1, 2)\nfigure = plot(f, x: each_1)');
    expect(of('f').fields['value']).toEqual([1, 2, 2, 4]);
    expect(of('figure').status).toBe('ok');
  });
});

describe('range', () => {
  test.each([
    [1700000000001, 1700000000005, 5, 'linear', [1700000000001, 1700000000002, 1700000000003, 1700000000004, 1700000000005]],
    [9007199254740981, 9007199254740991, 3, 'linear', [9007199254740981, 9007199254740986, 9007199254740991]],
    [-1700000000002, -1700000000001, 3, 'linear', [-1700000000002, -1700000000001.5, -1700000000001]],
    [0, 1, 11, 'linear', [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]],
    [-0.3, 0.3, 7, 'linear', [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]],
    [5, 1, 5, 'linear', [5, 4, 3, 2, 1]],
    [-1e308, 1e308, 3, 'linear', [-1e308, 0, 1e308]],
    [-1.5e308, 1.5e308, 5, 'linear', [-1.5e308, -7.5e307, 0, 7.5e307, 1.5e308]],
    [0.01, 1000, 6, 'log', [0.01, 0.1, 1, 10, 100, 1000]],
    [1e-300, 1e300, 3, 'log', [1e-300, 1, 1e300]],
    [1e-320, 1e-310, 2, 'log', [1e-320, 1e-310]],
  ] as const)('from %d to %d at %i points, %s', (from, to, count, scale, right) => {
    expect(spaced(from, to, count, scale)).toEqual(right);
  });

  test('is exact at both ends, and never has two equal points or one outside', () => {
    for (const [from, to] of [
      [1e15, 1e15 + 7],
      [3, 3 + 1e-12],
      [-1e-300, 1e-300],
      [1e16, 1e16 + 64],
      [0.1, 1e9],
    ] as const)
      for (const count of [2, 3, 5, 7]) {
        const values = spaced(from, to, count, 'linear');
        expect([values[0], values.at(-1)]).toEqual([from, to]);
        expect(
          values.every((value, i) => i === 0 || value > values[i - 1]!),
          `${from} ${to} ${count}`,
        ).toBe(true);
      }
  });

  test('refuses more points than there are numbers', async () => {
    const of = await evaluate('a = range(1, 1.0000000000000002, count: 3)\nb = range(9007199254740992, 9007199254740994, count: 5)');
    expect(of('a').problem?.message).toBe('count: there are not 3 different numbers from 1 to 1.0000000000000002');
    expect(of('b').problem?.message).toMatch(/^count: there are not 5 different numbers/);
  });
});

test('numbers too small for 64 bits are refused as those too large are', async () => {
  const files = { open: () => Promise.resolve(bytesFile(new TextEncoder().encode('x,y\n1e-400,1\n2,1\n'))) };
  const of = await evaluate('a = 1e-400\nb = 1e400\nc = 0.0e-999\nd = -.001e-330\ne = 5e-324\nf = table("t.csv", label: "y")', files);
  expect(of('a').problem?.message).toBe('number: must be 0 or at least 5e-324, got 1e-400');
  expect(of('b').problem?.message).toMatch(/^number: must be at most/);
  expect(of('c').fields['value']).toBe(0);
  expect(of('d').problem?.message).toBe('number: must be 0 or at least 5e-324, got .001e-330');
  expect(of('e').fields['value']).toBe(5e-324);
  expect(of('f').problem?.message).toMatch(/expected a number, got "1e-400"/);
});

test('a selection far beyond an axis warns, one near its end does not', async () => {
  const of = await evaluate(`
x = range(1, 3, count: 3)
delta = range(0.01, 100, count: 5, scale: "log")
f = x * 2
far = f[x: 100]
below = f[x: -1]
near = f[x: 3.4]
inside = f[x: 1.6]
ratio = delta[delta: 250]
ratios = delta[delta: 1000]
small = delta[delta: 0]
`);
  expect(of('far').fields['value']).toBe(6);
  expect(of('far').warnings).toEqual(['x: 100 lies beyond the axis, which runs from 1 to 3; this is the value at 3']);
  expect(of('below').warnings).toEqual(['x: -1 lies beyond the axis, which runs from 1 to 3; this is the value at 1']);
  expect(of('ratios').warnings).toHaveLength(1);
  for (const key of ['near', 'inside', 'ratio', 'small']) expect(of(key).warnings, key).toEqual([]);
});

test('what is only looked at is no value of another cell', async () => {
  const of = await evaluate('note @A1 = "5"\nx = A1\ny = [A1, 2]\nfigure = plot(range(1, 2, count: 2))\nz = figure\nw = A1 + 1');
  expect(of('x').problem?.message).toBe('value: must be a value, got a note, which can only be shown');
  expect(of('y').status).toBe('error');
  expect(of('z').status).toBe('error');
  expect(of('w').problem?.message).toBe('left of +: must be a number, got a note');
});

test('lists of fields are taken point by point, or refused', async () => {
  const of = await evaluate(`
a = 1
r = range(1, 3, count: 3)
least = min([r, 2])
one = min([a, 2])
picked = [a, 2][y: 1]
map = heatmap([a, 2])
checked = check([a, 2] < 1)
figure = plot([r, r])
over = max([r, 2], over: r)
`);
  expect(of('least').fields['value']).toEqual([1, 2, 2]);
  expect(of('one').fields['value']).toBe(1);
  for (const key of ['picked', 'map', 'checked', 'figure', 'over']) {
    expect(of(key).status, key).toBe('error');
    expect(of(key).problem?.message, key).not.toMatch(/internal/);
  }
});
