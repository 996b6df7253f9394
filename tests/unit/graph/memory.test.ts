import { describe, expect, it } from 'vitest';
import { Pins, ResultMemory, type Entry } from '$lib/graph/memory';
import { axis, bench, constant, from, node } from './toys';

const filled = (budget: number) => {
  const memory = new ResultMemory(budget);
  const gone: string[] = [];
  const put = (key: string, keeps: Entry[] = [], bytes = 10) =>
    memory.put(key, { value: key, hash: key, bytes, milliseconds: 0, keeps, dispose: (value) => gone.push(String(value)) });
  return { memory, gone, put };
};

describe('memory', () => {
  it('forgets the least recently used first, when the budget is exceeded', () => {
    const { memory, gone, put } = filled(30);
    const [a, b, c] = [put('a'), put('b'), put('c')] as const;
    for (const entry of [a, b, c]) memory.unpin(entry);
    expect(memory.bytes).toBe(30);
    memory.pin(a);
    memory.unpin(a);
    memory.unpin(put('d'));
    expect(gone).toEqual(['b']);
    memory.unpin(put('e', [], 20));
    expect(gone).toEqual(['b', 'c', 'a']);
    expect([memory.bytes, memory.size]).toEqual([30, 2]);
  });

  it('never forgets what is pinned, nor what that refers to, however tight the budget', () => {
    const { memory, gone, put } = filled(5);
    const a = put('a');
    const b = put('b', [a]);
    memory.unpin(a);
    expect(gone).toEqual([]);
    expect(memory.bytes).toBe(20);
    memory.unpin(b);
    // b goes before a, for it refers to it.
    expect(gone).toEqual(['b', 'a']);
    expect(memory.bytes).toBe(0);
  });

  it('never forgets a value before what refers to it, though it was used longer ago', () => {
    const { memory, gone, put } = filled(1000);
    const a = put('a');
    const b = put('b', [a]);
    const c = put('c', [a]);
    for (const entry of [a, b, c]) memory.unpin(entry);
    memory.pin(b);
    memory.unpin(b);
    memory.forget();
    expect(gone).toEqual(['c', 'b', 'a']);
  });

  it('keeps what costs nothing while there are not too many', () => {
    const gone: string[] = [];
    const memory = new ResultMemory(10, 3);
    const put = (key: string, bytes: number) =>
      memory.unpin(
        memory.put(key, { value: key, hash: '', bytes, milliseconds: 0, keeps: [], dispose: (value) => gone.push(String(value)) }),
      );
    for (const key of ['a', 'b']) put(key, 0);
    put('big', 20);
    expect(gone).toEqual(['big']);
    for (const key of ['c', 'd']) put(key, 0);
    expect(gone).toEqual(['big', 'a']);
  });

  it('disposes of a second value for a known key at once, of the same value never twice', () => {
    const { memory, gone } = filled(100);
    const dispose = (value: unknown) => gone.push(String(value));
    const first = memory.put('a', { value: 'first', hash: '', bytes: 1, milliseconds: 0, keeps: [], dispose });
    expect(memory.put('a', { value: 'second', hash: '', bytes: 1, milliseconds: 0, keeps: [], dispose })).toBe(first);
    memory.put('a', { value: 'first', hash: '', bytes: 1, milliseconds: 0, keeps: [], dispose });
    expect(gone).toEqual(['second']);
    for (let pins = 0; pins < 3; pins++) memory.unpin(first);
    memory.forget();
    expect(gone).toEqual(['second', 'first']);
    expect(() => memory.pin(first)).toThrow('forgotten');
  });

  it('closed, keeps nothing that is not pinned', () => {
    const { memory, gone, put } = filled(100);
    const pins = new Pins(memory);
    const a = put('a');
    pins.add([a, a]);
    memory.unpin(a);
    memory.close();
    expect(gone).toEqual([]);
    pins.release();
    expect(gone).toEqual(['a']);
  });
});

describe('the memory of a graph', () => {
  it('is what the values remembered need, and nothing after all is forgotten', async () => {
    const { graph, ledger, settle } = bench();
    const sheet = (value: number) => [
      constant('a', value),
      node('b', 'box', { of: from('a') }),
      node('c', 'pair', { a: from('b'), b: from('b') }),
    ];
    await settle(sheet(1));
    await settle(sheet(2));
    expect(graph.bytes).toBe(40);
    graph.forget();
    expect(graph.bytes).toBe(20);
    expect(ledger.living.size).toBe(2);
    graph.update([]);
    graph.forget();
    expect([graph.bytes, graph.remembered, ledger.living.size, ledger.dead.size]).toEqual([0, 0, 0, 4]);
    expect(ledger.faults).toEqual([]);
  });

  it('stays within the budget while a slider is dragged far', async () => {
    const { graph, ledger, settle } = bench({ budgetBytes: 100 });
    for (let value = 0; value < 50; value++) {
      await settle([constant('a', value), node('b', 'box', { of: from('a') }), node('c', 'pair', { a: from('b'), b: from('b') })]);
      expect(graph.bytes).toBeLessThanOrEqual(100);
    }
    expect(ledger.living.size).toBe(10);
    expect(ledger.faults).toEqual([]);
  });

  it('goes beyond the budget for what is shown, and comes back', async () => {
    const { graph, ledger, settle } = bench({ budgetBytes: 25 });
    await settle([axis('x', 1, 2, 3, 4), node('b', 'box', { of: from('x') })]);
    expect(graph.bytes).toBe(40);
    await settle([axis('x', 1), node('b', 'box', { of: from('x') })]);
    expect(graph.bytes).toBe(20);
    expect(ledger.faults).toEqual([]);
  });

  it('does not lose the points it has while it computes the others', async () => {
    const { graph, settle, values } = bench({ budgetBytes: 25 });
    const sweep = (...points: number[]) => [axis('x', ...points), node('b', 'box', { of: from('x') })];
    await settle(sweep(1, 2));
    await settle(sweep(3));
    await settle(sweep(2, 4, 5));
    expect(values('b')).toEqual([2, 4, 5]);
    expect(graph.counts('b').points).toBe(5);
  });

  it('lets results that stand alone outlive what they came from', async () => {
    const { graph, settle } = bench({ budgetBytes: 10 });
    const sheet = (value: number) => [node('b', 'box', { of: value }), node('sum', 'all', { of: from('b') })];
    await settle(sheet(1));
    await settle(sheet(2));
    await settle(sheet(1));
    expect([graph.counts('b').calls, graph.counts('sum').calls]).toEqual([3, 2]);
  });

  it('keeps alive the last good value that is shown greyed', async () => {
    const { graph, ledger, settle } = bench({ budgetBytes: 0 });
    await settle([constant('a', 4), node('r', 'root', { of: from('a') }), node('b', 'box', { of: from('r') })]);
    await settle([constant('a', -4), node('r', 'root', { of: from('a') }), node('b', 'box', { of: from('r') })]);
    graph.forget();
    expect(graph.state('b')).toMatchObject({ status: 'waiting', last: { field: { points: [{ value: 2 }] } } });
    expect(ledger.living.size).toBe(1);
    await settle([constant('a', 9), node('r', 'root', { of: from('a') }), node('b', 'box', { of: from('r') })]);
    expect([ledger.living.size, ledger.dead.size]).toEqual([1, 1]);
  });

  it('is empty after the graph is disposed of, also of what was still being computed', async () => {
    const { graph, ledger, settle } = bench({ delay: 5 });
    await settle([node('a', 'box', { of: 1 })]);
    graph.update([node('a', 'box', { of: 1 }), node('b', 'deaf', { of: from('a') })]);
    const run = graph.run({ passes: ['fine'] });
    await Promise.resolve();
    graph.dispose();
    expect(await run).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([graph.bytes, ledger.living.size, ledger.dead.size]).toEqual([0, 0, 2]);
    expect(ledger.faults).toEqual([]);
  });
});
