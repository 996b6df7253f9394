import { describe, expect, it } from 'vitest';
import { align } from '$lib/graph/axes';
import { axis, bench, constant, from, list, literal, node } from './toys';

describe('axes', () => {
  it('make a field of whatever depends on them, in order of first appearance', async () => {
    const { settle, field } = bench();
    await settle([
      axis('x', 1, 2),
      axis('y', 10, 20, 30),
      node('a', 'sum', { a: from('x'), b: from('y') }),
      node('b', 'sum', { a: from('y'), b: from('x') }),
    ]);
    expect(field('x')).toEqual({ axes: ['x: 1 2'], points: [1, 2] });
    expect(field('a')).toEqual({ axes: ['x: 1 2', 'y: 10 20 30'], points: [11, 21, 31, 12, 22, 32] });
    expect(field('b')).toEqual({ axes: ['y: 10 20 30', 'x: 1 2'], points: [11, 12, 21, 22, 31, 32] });
  });

  it('change their order when the inputs do', async () => {
    const { settle, field } = bench();
    const [x, y] = [axis('x', 1, 2), axis('y', 10, 20)];
    await settle([x, y, node('a', 'sum', { a: from('x'), b: from('y') })]);
    await settle([x, y, node('a', 'sum', { b: from('y'), a: from('x') })]);
    expect(field('a')).toEqual({ axes: ['y: 10 20', 'x: 1 2'], points: [11, 12, 21, 22] });
  });

  it('are aligned by name: the same axis is one axis, however it comes', async () => {
    const { settle, field } = bench();
    await settle([
      axis('x', 1, 2),
      axis('y', 10, 20),
      node('xy', 'sum', { a: from('x'), b: from('y') }),
      node('yx', 'sum', { a: from('y'), b: from('x') }),
      node('twice', 'total', { terms: list(from('xy'), list(), from('yx'), from('x')) }),
    ]);
    expect(field('twice').points).toEqual([NaN, NaN, NaN, NaN]);
    await settle([
      axis('x', 1, 2),
      axis('y', 10, 20),
      node('xy', 'sum', { a: from('x'), b: from('y') }),
      node('yx', 'sum', { a: from('y'), b: from('x') }),
      node('twice', 'total', { terms: list(from('xy'), from('yx'), from('x')) }),
    ]);
    expect(field('twice')).toEqual({ axes: ['x: 1 2', 'y: 10 20'], points: [23, 43, 26, 46] });
  });

  it('of the same name and other values are a problem', async () => {
    const { settle, message } = bench();
    const other = { ...axis('other', 1, 3), axisName: 'x' };
    await settle([axis('x', 1, 2), other, node('a', 'sum', { a: from('x'), b: from('other') })]);
    expect(message('a')).toBe('two axes are called x but have different values: give one of them another name');
    await settle([axis('x', 1, 2), { ...axis('other', 1, 2), axisName: 'x' }, node('a', 'sum', { a: from('x'), b: from('other') })]);
    expect(message('a')).toBe('a is ok');
  });

  it('cannot be swept themselves, but may be made of a whole field', async () => {
    const { settle, message } = bench();
    await settle([axis('x', 1, 2), node('a', 'each', { values: list(from('x'), literal(1)) })]);
    expect(message('a')).toBe('an axis cannot itself be swept, and its inputs vary over x');
  });

  it('together may not make more than 100000 points', async () => {
    const { settle, message, graph } = bench();
    const many = Array.from({ length: 1000 }, (_, i) => i);
    const few = many.slice(0, 101);
    await settle([axis('x', ...many), axis('y', ...few), node('a', 'sum', { a: from('x'), b: from('y') })]);
    expect(message('a')).toBe('the axes x (1000) × y (101) make 101000 points, at most 100000 can be computed');
    expect(graph.counts('a').calls).toBe(0);
    expect(align([[{ name: 'x', values: many }], [{ name: 'y', values: few.slice(0, 100) }]]).size).toBe(100_000);
  });

  it('without values make no points and no call', async () => {
    const { settle, field, graph } = bench();
    await settle([axis('x'), node('a', 'sum', { a: from('x'), b: 1 }), node('t', 'all', { of: from('a') })]);
    expect(field('a')).toEqual({ axes: ['x: '], points: [] });
    expect(graph.counts('a').calls).toBe(0);
    expect(field('t').points).toEqual([0]);
  });

  it('renamed are another axis, though no point is computed anew', async () => {
    const { settle, field, graph } = bench();
    const sheet = (axisName: string) => [{ ...axis('x', 1, 2), axisName }, node('a', 'sum', { a: from('x'), b: 1 })];
    await settle(sheet('x'));
    await settle(sheet('gamma'));
    expect(field('a').axes).toEqual(['gamma: 1 2']);
    expect(graph.counts('a').calls).toBe(1);
  });
});

describe('the points of a sweep', () => {
  const sheet = (...values: number[]) => [
    axis('x', ...values),
    node('a', 'slow', { of: from('x') }),
    node('b', 'sum', { a: from('a'), b: 1 }),
  ];

  it('are computed in one call, and when values are added only these', async () => {
    const { settle, values, graph } = bench();
    const thirteen = Array.from({ length: 13 }, (_, i) => i);
    const twentyFive = Array.from({ length: 25 }, (_, i) => i / 2);
    await settle(sheet(...thirteen));
    expect(graph.counts('a')).toEqual({ calls: 1, points: 13 });
    await settle(sheet(...twentyFive));
    expect(graph.counts('a')).toEqual({ calls: 2, points: 25 });
    expect(values('b')).toEqual(twentyFive.map((value) => value + 1));
    await settle(sheet(3, 3, 1));
    expect(graph.counts('a')).toEqual({ calls: 2, points: 25 });
    expect(values('b')).toEqual([4, 4, 2]);
  });

  it('that are equal are computed once', async () => {
    const { settle, values, graph } = bench();
    await settle(sheet(5, 5, 5));
    expect(graph.counts('a')).toEqual({ calls: 1, points: 1 });
    expect(values('a')).toEqual([5, 5, 5]);
  });

  it('are shared with the same value given bare', async () => {
    const { settle, graph } = bench();
    await settle([node('a', 'slow', { of: 2 })]);
    await settle(sheet(1, 2, 3));
    expect(graph.counts('a')).toEqual({ calls: 2, points: 3 });
  });
});

describe('whole inputs', () => {
  it('are fields, also without axes, and add none to the result', async () => {
    const { settle, field } = bench();
    await settle([
      axis('x', 1, 2, 3),
      node('sumX', 'all', { of: from('x') }),
      constant('c', 7),
      node('sumC', 'all', { of: from('c') }),
      node('sumL', 'all', { of: 5 }),
    ]);
    expect(field('sumX')).toEqual({ axes: [], points: [6] });
    expect(field('sumC')).toEqual({ axes: [], points: [7] });
    expect(field('sumL')).toEqual({ axes: [], points: [5] });
  });

  it('in a list are a list of fields', async () => {
    const { graph, settle } = bench();
    let got: unknown;
    const registry = new Map(graph.registry);
    registry.set('look', {
      name: 'look',
      version: 1,
      whole: ['of'],
      compute: (points) => {
        got = points;
        return Promise.resolve([0]);
      },
    });
    const { Graph } = await import('$lib/graph/graph');
    const looking = new Graph(registry, { budgetBytes: 1e6 });
    looking.update([axis('x', 1, 2), node('a', 'look', { of: list(from('x'), list(literal(3))), other: 1 })]);
    await looking.run({ passes: ['fine'] });
    const x = { axes: [{ name: 'x', values: [1, 2] }], points: [1, 2] };
    expect(got).toEqual([{ of: [x, [{ axes: [], points: [3] }]], other: 1 }]);
    await settle([]);
  });
});

describe('results that are fields', () => {
  it('append their axes to those swept over', async () => {
    const { settle, field } = bench();
    await settle([axis('x', 1, 2), node('a', 'spread', { of: from('x'), count: 2 }), node('b', 'sum', { a: from('a'), b: from('x') })]);
    expect(field('a')).toEqual({ axes: ['x: 1 2', 'rank: 0 1'], points: [10, 11, 20, 21] });
    expect(field('b')).toEqual({ axes: ['x: 1 2', 'rank: 0 1'], points: [11, 12, 22, 23] });
  });

  it('must agree on their axes', async () => {
    const { settle, message } = bench();
    await settle([axis('x', 1, 2), node('a', 'spread', { of: 1, count: from('x') })]);
    expect(message('a')).toBe('the results have different axes at x = 1 and at x = 2');
    await settle([{ ...axis('x', 1, 2), axisName: 'rank' }, node('a', 'spread', { of: from('x'), count: 2 })]);
    expect(message('a')).toBe('the results already have an axis called rank: give the one swept over another name');
  });
});

describe('align', () => {
  it('tells which point of each source belongs to each point of the result', () => {
    const x = { name: 'x', values: [1, 2] };
    const y = { name: 'y', values: [1, 2, 3] };
    const { axes, size, index } = align([[y], [x, y], []]);
    expect(axes).toEqual([y, x]);
    expect(size).toBe(6);
    expect(index.map((one) => [...one])).toEqual([
      [0, 0, 1, 1, 2, 2],
      [0, 3, 1, 4, 2, 5],
      [0, 0, 0, 0, 0, 0],
    ]);
  });
});
