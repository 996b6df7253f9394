import { describe, expect, it } from 'vitest';
import { Gap, isGap } from '$lib/graph/gap';
import { axis, bench, constant, from, list, node, type Bench } from './toys';

/** The points of a value: numbers, and the reasons of its gaps. */
const points = ({ graph }: Bench, id: string): unknown[] => {
  const state = graph.state(id);
  if (state?.status !== 'ok') throw new Error(`${id} is ${state?.status}`);
  return state.result.field.points.map((value) => (isGap(value) ? value.reason : value));
};

const reason = 'a at x = -1: of: must be ≥ 0, got -1';

describe('a gap', () => {
  it('stands where a point failed; the other points have their values, and so has what is computed from them', async () => {
    const b = bench();
    await b.settle([
      axis('x', 4, -1, 9),
      axis('y', 10, 20),
      node('a', 'root', { of: from('x') }),
      node('plus', 'sum', { a: from('a'), b: from('y') }),
      node('listed', 'total', { terms: list(from('a'), from('x')) }),
    ]);
    expect(points(b, 'a')).toEqual([2, reason, 3]);
    expect(points(b, 'plus')).toEqual([12, 22, reason, reason, 13, 23]);
    expect(points(b, 'listed')).toEqual([6, reason, 12]);
    expect(b.graph.counts('plus').points).toBe(4);
  });

  it('is a problem of the node when no point has a value', async () => {
    const b = bench();
    await b.settle([axis('x', -1, -2), node('a', 'root', { of: from('x') }), node('b', 'sum', { a: from('a'), b: 1 })]);
    expect(b.message('a')).toBe('at x = -1: of: must be ≥ 0, got -1');
    expect(b.graph.state('b')).toMatchObject({ status: 'waiting', on: ['a'], blocked: true });
  });

  it('meets another: where no point has both values the node is in error, with the first reason', async () => {
    const b = bench();
    await b.settle([
      axis('x', -1, 4),
      node('a', 'root', { of: from('x') }),
      node('b', 'root', { of: from('negative') }),
      node('negative', 'minus', { of: from('x') }),
      node('s', 'sum', { a: from('a'), b: from('b') }),
    ]);
    expect(points(b, 'b')).toEqual([1, 'b at x = 4: of: must be ≥ 0, got -4']);
    expect(b.message('s')).toBe(reason);
  });

  it('does not try again what failed, and computes what is new', async () => {
    const b = bench();
    const sheet = (...values: number[]) => [axis('x', ...values), node('a', 'root', { of: from('x') })];
    await b.settle(sheet(4, -1));
    await b.settle([...sheet(4, -1), constant('other', 1)]);
    expect(b.graph.counts('a')).toEqual({ calls: 1, points: 2 });
    await b.settle(sheet(4, 1));
    expect(points(b, 'a')).toEqual([2, 1]);
    expect(b.graph.counts('a')).toEqual({ calls: 2, points: 3 });
    await b.settle(sheet(4, -1));
    expect(points(b, 'a')).toEqual([2, reason]);
  });

  it('in a field that is wanted whole is in its place', async () => {
    const b = bench();
    await b.settle([axis('x', 4, -1, 9), node('a', 'root', { of: from('x') }), node('all', 'all', { of: from('a') })]);
    expect(points(b, 'all')).toEqual([NaN]);
  });

  it('spreads over the axes that the other points make', async () => {
    const b = bench();
    await b.settle([axis('x', -1, 4), node('a', 'root', { of: from('x') }), node('s', 'spread', { of: from('a'), count: 2 })]);
    expect(b.field('s').axes).toEqual(['x: -1 4', 'rank: 0 1']);
    expect(points(b, 's')).toEqual([reason, reason, 20, 21]);
  });

  it('with another reason is another result', async () => {
    const b = bench();
    const sheet = (bad: number) => [axis('x', bad, 4), node('a', 'root', { of: from('x') }), node('b', 'sum', { a: from('a'), b: 1 })];
    await b.settle(sheet(-1));
    await b.settle(sheet(-2));
    expect(points(b, 'b')[0]).toBe('a at x = -2: of: must be ≥ 0, got -2');
  });

  it('keeps nothing alive, and disposes of nothing that lives', async () => {
    const b = bench({ budgetBytes: 0 });
    const sheet = (...values: number[]) => [
      axis('x', ...values),
      node('a', 'root', { of: from('x') }),
      node('box', 'box', { of: from('a') }),
      node('pair', 'pair', { a: from('box'), b: 1 }),
    ];
    await b.settle(sheet(4, -1));
    await b.settle(sheet(-1, 9, 16));
    expect(points(b, 'pair').map((value) => typeof value)).toEqual(['string', 'object', 'object']);
    b.graph.dispose();
    expect(b.ledger.faults).toEqual([]);
    expect(b.ledger.living.size).toBe(0);
  });

  it('is told by its reason', () => {
    expect(new Gap('why').problem.message).toBe('why');
  });
});
