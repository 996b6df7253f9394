import { describe, expect, it } from 'vitest';
import { axis, bench, from, list, node, type Bench } from './toys';

/** What every point of a node is warned of: `whose: text`. */
const told = ({ graph }: Bench, id: string): string[][] => {
  const state = graph.state(id);
  if (state?.status !== 'ok') throw new Error(`${id} is ${state?.status}`);
  return state.result.warnings.map((point) => point.map(({ of, text }) => `${of}: ${text}`));
};

const doubt = (id: string, percent: unknown) => node(id, 'doubt', { of: 3, percent });

describe('warnings', () => {
  it('reach all that is computed from the value, through numbers and lists, each once', async () => {
    const toy = bench();
    await toy.settle([
      doubt('a', 8),
      doubt('b', 9),
      doubt('good', 1),
      node('sum', 'sum', { a: from('a'), b: from('a') }),
      node('all', 'total', { terms: list(from('sum'), from('b'), from('a')) }),
      node('fine', 'sum', { a: from('good'), b: 1 }),
    ]);
    expect(told(toy, 'a')).toEqual([['a: off by 8 %']]);
    expect(told(toy, 'sum')).toEqual([['a: off by 8 %']]);
    expect(told(toy, 'all')).toEqual([['a: off by 8 %', 'b: off by 9 %']]);
    expect(told(toy, 'fine')).toEqual([[]]);
  });

  it('are those of the cell that said them where a value is handed on as it is, also where two say the same', async () => {
    const toy = bench();
    await toy.settle([
      doubt('a', 8),
      node('b', 'same', { of: from('a') }),
      node('c', 'doubt', { of: from('b'), percent: 8 }),
      { ...node('d/1', 'doubt', { of: 1, percent: 7 }), title: 'd' },
      { ...node('d', 'same', { of: from('d/1') }), title: 'd' },
    ]);
    expect(told(toy, 'b')).toEqual([['a: off by 8 %']]);
    expect(told(toy, 'c')).toEqual([['c: off by 8 %', 'a: off by 8 %']]);
    expect(told(toy, 'd')).toEqual([['d: off by 7 %']]);
  });

  it('stay at their points of a sweep, and go along with the point that is picked', async () => {
    const toy = bench();
    const a = node('a', 'doubt', { of: from('x'), percent: from('x') });
    await toy.settle([
      axis('x', 1, 7, 9),
      a,
      node('b', 'sum', { a: from('a'), b: 1 }),
      node('whole', 'all', { of: from('b') }),
      node('first', 'pick', { of: from('b'), at: 0 }),
      node('last', 'pick', { of: from('a'), at: 2 }),
      node('spread', 'spread', { of: from('b'), count: 2 }),
    ]);
    expect(told(toy, 'b')).toEqual([[], ['a: off by 7 %'], ['a: off by 9 %']]);
    expect(told(toy, 'whole')).toEqual([['a: off by 7 %', 'a: off by 9 %']]);
    expect(told(toy, 'first')).toEqual([[]]);
    expect(told(toy, 'last')).toEqual([['a: off by 9 %']]);
    expect(told(toy, 'spread').map((point) => point.length)).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it('change with what they speak of, without computing anew where the value has not changed', async () => {
    const toy = bench();
    const rest = [node('b', 'sum', { a: from('a'), b: 1 }), node('c', 'sum', { a: from('b'), b: 1 })];
    await toy.settle([doubt('a', 8), ...rest]);
    for (const percent of [12, 2, 8]) {
      await toy.settle([doubt('a', percent), ...rest]);
      expect(told(toy, 'c')).toEqual([percent > 5 ? [`a: off by ${percent} %`] : []]);
    }
    expect(toy.graph.counts('c').calls).toBe(1);
  });

  it('have the name that the cell has now, where the value is remembered from another', async () => {
    const toy = bench();
    await toy.settle([doubt('a', 8), node('b', 'sum', { a: from('a'), b: 1 })]);
    await toy.settle([doubt('other', 8), node('b', 'sum', { a: from('other'), b: 1 })]);
    expect(told(toy, 'b')).toEqual([['other: off by 8 %']]);
    expect(toy.graph.counts('b').calls).toBe(1);
  });
});
