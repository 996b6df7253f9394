import { describe, expect, it } from 'vitest';
import { Problem } from '$lib/base/problem';
import { axis, bench, constant, from, list, literal, node } from './toys';

describe('values', () => {
  it('flow from node to node', async () => {
    const { settle, values } = bench();
    await settle([node('c', 'sum', { a: from('a'), b: from('b') }), constant('a', 1), constant('b', 2)]);
    expect(values('c')).toEqual([3]);
  });

  it('take lists, nested and mixed', async () => {
    const { settle, values } = bench();
    await settle([constant('a', 1), node('t', 'total', { terms: list(from('a'), literal(5), from('a')) })]);
    expect(values('t')).toEqual([7]);
  });

  it('are computed in document order where the choice is free', async () => {
    const { settle, changes } = bench();
    await settle([node('c', 'sum', { a: from('z'), b: 1 }), constant('b', 1), constant('a', 1), constant('z', 1)]);
    expect(changes.filter(([, state]) => state.status === 'ok').map(([id]) => id)).toEqual(['b', 'a', 'z', 'c']);
  });
});

describe('an edit', () => {
  const sheet = (a: number, b: number) => [
    constant('a', a),
    constant('b', b),
    node('left', 'slow', { of: from('a') }),
    node('right', 'slow', { of: from('b') }),
    node('both', 'sum', { a: from('left'), b: from('right') }),
  ];

  it('computes only what depends on it', async () => {
    const { graph, settle, values } = bench();
    await settle(sheet(1, 2));
    await settle(sheet(1, 3));
    expect(values('both')).toEqual([4]);
    expect(['a', 'b', 'left', 'right', 'both'].map((id) => graph.counts(id).calls)).toEqual([1, 2, 1, 2, 2]);
  });

  it('undone costs nothing and never shows anything but the old value', async () => {
    const { graph, settle, values, changes } = bench();
    await settle(sheet(1, 2));
    await settle(sheet(1, 3));
    changes.length = 0;
    await settle(sheet(1, 2));
    expect(values('both')).toEqual([3]);
    expect(changes.map(([id, state]) => [id, state.status])).toEqual([
      ['b', 'ok'],
      ['right', 'ok'],
      ['both', 'ok'],
    ]);
    expect(graph.counts('right').calls).toBe(2);
  });

  it('that changes nothing is not even visited', async () => {
    const { settle, changes } = bench();
    await settle(sheet(1, 2));
    changes.length = 0;
    await settle(sheet(1, 2).reverse());
    expect(changes).toEqual([]);
  });

  it('stops where a value did not change', async () => {
    const { graph, settle, values } = bench();
    const rooted = (value: number) => [
      node('a', 'sum', { a: value, b: -value }),
      node('box', 'box', { of: from('a') }),
      node('end', 'slow', { of: from('box') }),
    ];
    await settle(rooted(1));
    await settle(rooted(2));
    // `a` is the bare number 0 again; what depends on it is not computed.
    expect(['a', 'box', 'end'].map((id) => graph.counts(id).calls)).toEqual([2, 1, 1]);
    // A box is known by its digest.
    await settle([node('box', 'box', { of: literal(-0) }), node('end', 'slow', { of: from('box') })]);
    expect([graph.counts('box').calls, graph.counts('end').calls]).toEqual([2, 1]);
    expect(values('end')).toEqual([0]);
    expect(graph.state('end')?.status).toBe('ok');
  });

  it('of the kind does not leave the value of the other kind to be shown', async () => {
    const { graph, settle } = bench();
    await settle([constant('a', 1)]);
    await settle([node('a', 'refuse')]);
    expect(graph.state('a')).not.toHaveProperty('last');
  });

  it('that breaks a node leaves its last value to be shown greyed', async () => {
    const { graph, settle } = bench();
    await settle([node('a', 'root', { of: 4 }), node('b', 'sum', { a: from('a'), b: 1 })]);
    await settle([node('a', 'root', { of: -4 }), node('b', 'sum', { a: from('a'), b: 1 })]);
    expect(graph.state('a')).toMatchObject({ status: 'error', last: { field: { points: [2] } } });
    expect(graph.state('b')).toMatchObject({ status: 'waiting', on: ['a'], blocked: true, last: { field: { points: [3] } } });
  });
});

describe('problems', () => {
  it('name the point, where there are several', async () => {
    const { settle, message, graph } = bench();
    await settle([axis('delta', -1, -2), node('a', 'root', { of: from('delta') }), node('b', 'root', { of: -3 })]);
    expect(message('a')).toBe('at delta = -1: of: must be ≥ 0, got -1');
    expect(message('b')).toBe('of: must be ≥ 0, got -3');
    expect(graph.state('a')).toMatchObject({ problem: { path: ['of'] } });
  });

  it('leave the points that went well remembered', async () => {
    const { settle, values, graph } = bench();
    await settle([axis('x', 4, -1, 9), node('a', 'root', { of: from('x') })]);
    await settle([axis('x', 4, 16, 9), node('a', 'root', { of: from('x') })]);
    expect(values('a')).toEqual([2, 4, 3]);
    expect(graph.counts('a')).toEqual({ calls: 2, points: 4 });
  });

  it('do not keep others from computing, and block what depends on them', async () => {
    const { settle, values, graph } = bench();
    await settle([
      node('bad', 'refuse'),
      node('next', 'sum', { a: from('bad'), b: 1 }),
      node('third', 'sum', { a: from('next'), b: from('good') }),
      constant('good', 1),
    ]);
    expect(values('good')).toEqual([1]);
    expect(graph.state('bad')).toMatchObject({ status: 'error', problem: new Problem('not today') });
    expect(graph.state('next')).toEqual({ status: 'waiting', on: ['bad'], blocked: true });
    expect(graph.state('third')).toEqual({ status: 'waiting', on: ['next'], blocked: true });
  });

  it('are made of whatever else is thrown, and of broken promises', async () => {
    const { settle, message } = bench();
    await settle([node('a', 'crash'), node('b', 'short'), node('c', 'each', { values: 3 }), node('d', 'each', { values: [{}] })]);
    expect(message('a')).toBe('internal error in crash: out of luck');
    expect(message('b')).toBe('internal error in short: 0 results for 1 points');
    expect(message('c')).toBe('internal error in each: an axis must be a list of plain values');
    expect(message('d')).toBe('internal error in each: an axis must be a list of plain values');
  });

  it('are known before anything runs: unknown kinds, unknown nodes, problems of the definition', async () => {
    const { settle, message, graph } = bench();
    await settle([
      node('a', 'nonsense'),
      node('b', 'sum', { a: from('nobody'), b: 1 }),
      { ...constant('c', 1), problem: new Problem('syntax') },
      constant('d', 1),
    ]);
    expect(['a', 'b', 'c', 'd'].map(message)).toEqual([
      'there is no kind called nonsense',
      'there is nothing called nobody',
      'syntax',
      'd is ok',
    ]);
    expect(graph.counts('c').calls).toBe(0);
  });

  it('go when what was missing comes', async () => {
    const { settle, values } = bench();
    const b = node('b', 'sum', { a: from('a'), b: 1 });
    await settle([b]);
    await settle([b, constant('a', 1)]);
    expect(values('b')).toEqual([2]);
  });

  it('are not tried again until an input changes, or on demand', async () => {
    const { settle, graph } = bench();
    const sheet = (value: number) => [
      node('a', 'sum', { a: value, b: -value }),
      node('b', 'root', { of: from('c') }),
      node('c', 'sum', { a: from('a'), b: -1 }),
    ];
    await settle(sheet(1));
    await settle(sheet(2));
    expect(graph.counts('b').calls).toBe(1);
    graph.retry();
    await graph.run({ passes: ['fine'] });
    expect(graph.counts('b').calls).toBe(2);
  });

  it('throw when two nodes have one id, for that is a bug', () => {
    const { graph } = bench();
    expect(() => graph.update([constant('a', 1), constant('a', 2)])).toThrow('same id');
  });
});

describe('cycles', () => {
  it('are errors of each node on them; what is behind waits; all else computes', async () => {
    const { settle, message, graph, values } = bench();
    await settle([
      constant('free', 1),
      node('a', 'sum', { a: from('b'), b: from('free') }),
      node('b', 'sum', { a: from('c'), b: 1 }),
      node('c', 'sum', { a: from('a'), b: from('b') }),
      node('self', 'sum', { a: from('self'), b: 1 }),
      node('behind', 'sum', { a: from('a'), b: from('free') }),
      node('bridge', 'sum', { a: from('a'), b: 0 }),
      node('d', 'sum', { a: from('e'), b: from('bridge') }),
      node('e', 'sum', { a: from('d'), b: 0 }),
    ]);
    expect(message('a')).toBe('cycle: a → b → c → a');
    expect(message('b')).toBe('cycle: b → c → b');
    expect(message('c')).toBe('cycle: c → b → c');
    expect(message('self')).toBe('cycle: self → self');
    expect(message('d')).toBe('cycle: d → e → d');
    // Between two cycles is on neither.
    expect(graph.state('bridge')).toEqual({ status: 'waiting', on: ['a'], blocked: true });
    expect(graph.state('behind')).toEqual({ status: 'waiting', on: ['a'], blocked: true });
    expect(values('free')).toEqual([1]);
  });

  it('are gone when they are cut', async () => {
    const { settle, values } = bench();
    await settle([node('a', 'sum', { a: from('b'), b: 1 }), node('b', 'sum', { a: from('a'), b: 1 })]);
    await settle([node('a', 'sum', { a: from('b'), b: 1 }), constant('b', 1)]);
    expect(values('a')).toEqual([2]);
  });
});
