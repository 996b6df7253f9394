import { describe, expect, it } from 'vitest';
import { Problem } from '$lib/base/problem';
import { Graph } from '$lib/graph/graph';
import type { Kind } from '$lib/graph/kind';
import { axis, bench, constant, from, node } from './toys';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const both = { passes: ['coarse', 'fine'] } as const;
const fine = { passes: ['fine'] } as const;

describe('coarse and fine', () => {
  const sheet = (value: number) => [
    constant('a', value),
    node('plain', 'slow', { of: from('a') }),
    node('rough', 'estimate', { of: from('a') }),
    node('next', 'sum', { a: from('rough'), b: 1 }),
    node('last', 'sum', { a: from('plain'), b: 1 }),
  ];
  const shown = (changes: [string, unknown][], id: string) =>
    changes.flatMap(([at, state]) => {
      const { status, result } = state as { status: string; result?: { coarse: boolean } };
      return at === id && status === 'ok' ? [result?.coarse ? 'coarse' : 'fine'] : [];
    });

  it('come one after the other; what depends on nothing graded is computed once', async () => {
    const { graph, settle, values, changes } = bench();
    await settle(sheet(1), ['coarse', 'fine']);
    expect(['a', 'plain', 'rough', 'next', 'last'].map((id) => shown(changes, id))).toEqual([
      ['fine'],
      ['fine'],
      ['coarse', 'fine'],
      ['coarse', 'fine'],
      ['fine'],
    ]);
    expect(['a', 'plain', 'rough', 'next', 'last'].map((id) => graph.counts(id).calls)).toEqual([1, 1, 2, 2, 1]);
    expect([values('rough'), values('next'), values('last')]).toEqual([[1], [2], [2]]);
    // The coarse value is shown as it is until the fine one comes: first of all nodes downstream wait, later none does.
    const after = changes.slice(changes.findIndex(([id, state]) => id === 'next' && state.status === 'ok'));
    expect(after.filter(([, state]) => state.status === 'waiting')).toEqual([]);
  });

  it('a remembered fine result is taken in the coarse pass, and nothing flickers', async () => {
    const { settle, changes, graph } = bench();
    await settle(sheet(1), ['coarse', 'fine']);
    await settle(sheet(2), ['coarse', 'fine']);
    changes.length = 0;
    const calls = graph.counts('rough').calls;
    await settle(sheet(1), ['coarse', 'fine']);
    expect(changes.map(([id, state]) => `${id} ${state.status}`)).toEqual(['a ok', 'plain ok', 'rough ok', 'next ok', 'last ok']);
    expect(shown(changes, 'rough')).toEqual(['fine']);
    expect(graph.counts('rough').calls).toBe(calls);
  });

  it('points remembered fine are not made coarse again when a sweep grows', async () => {
    const { settle, values, graph } = bench();
    const sweep = (...points: number[]) => [axis('x', ...points), node('e', 'estimate', { of: from('x') })];
    await settle(sweep(1, 2), ['fine']);
    await settle(sweep(1, 1.5, 2), ['coarse']);
    expect(values('e')).toEqual([1, 1.75, 2]);
    expect(graph.state('e')).toMatchObject({ result: { coarse: true } });
    await settle(sweep(1, 1.5, 2), ['coarse', 'fine']);
    expect(values('e')).toEqual([1, 1.5, 2]);
    expect(graph.counts('e')).toEqual({ calls: 3, points: 4 });
  });

  it('without anything graded to do there is no coarse pass', async () => {
    const { settle, changes, graph } = bench();
    await settle(sheet(1), ['coarse', 'fine']);
    changes.length = 0;
    await settle([...sheet(1), node('extra', 'sum', { a: from('last'), b: 1 })], ['coarse', 'fine']);
    expect(changes.map(([id, state]) => `${id} ${state.status}`)).toEqual(['extra waiting', 'extra computing', 'extra ok']);
    expect(graph.counts('extra').calls).toBe(1);
  });

  it('what fails coarse may do fine', async () => {
    const picky: Kind = {
      name: 'picky',
      version: 1,
      graded: true,
      compute: (_, { quality }) => Promise.resolve([quality === 'coarse' ? new Problem('too few') : 1]),
    };
    const graph = new Graph(new Map([['picky', picky]]), { budgetBytes: 0 });
    graph.update([node('a', 'picky')]);
    await graph.run({ passes: ['coarse'] });
    expect(graph.state('a')).toMatchObject({ status: 'error', problem: { message: 'too few' } });
    await graph.run(fine);
    expect(graph.state('a')).toMatchObject({ status: 'ok', result: { coarse: false } });
  });

  it('an interrupted fine pass is taken up where it was', async () => {
    const { graph, values } = bench({ delay: 10 });
    graph.update(sheet(1));
    const first = graph.run(both);
    await pause(0);
    while (graph.counts('rough').calls < 2) await pause(1);
    const second = graph.run(both);
    expect(await first).toBe(false);
    expect(await second).toBe(true);
    expect(values('next')).toEqual([2]);
    expect(['plain', 'rough'].map((id) => graph.counts(id).calls)).toEqual([1, 3]);
  });
});

describe('latest wins', () => {
  const sheet = (value: number) => [node('a', 'slow', { of: value }), node('b', 'sum', { a: from('a'), b: 1 })];

  it('the run before ends at once with false, and only the last value is ever shown', async () => {
    const { graph, changes, values } = bench({ delay: 5 });
    const runs: Promise<boolean>[] = [];
    for (let value = 0; value < 10; value++) {
      graph.update(sheet(value));
      runs.push(graph.run(fine));
      await Promise.resolve();
    }
    expect(await Promise.all(runs)).toEqual([...Array.from({ length: 9 }, () => false), true]);
    expect(changes.flatMap(([id, state]) => (id === 'b' && state.status === 'ok' ? [state.result.field.points[0]] : []))).toEqual([10]);
    expect(values('b')).toEqual([10]);
  });

  it('a late result is remembered but never shown', async () => {
    const { graph, ledger, changes, values } = bench({ delay: 5 });
    const deaf = (value: number) => [node('a', 'deaf', { of: value })];
    graph.update(deaf(1));
    const first = graph.run(fine);
    await pause(0);
    graph.update(deaf(2));
    expect(await first).toBe(false);
    expect(await graph.run(fine)).toBe(true);
    await pause(10);
    expect(values('a')).toEqual([2]);
    const ok = () => changes.filter(([, state]) => state.status === 'ok').length;
    expect(ok()).toBe(1);
    expect(ledger.living.size).toBe(2);
    graph.update(deaf(1));
    await graph.run(fine);
    expect(values('a')).toEqual([1]);
    expect(graph.counts('a').calls).toBe(2);
  });

  it('a late result of what was computed again meanwhile is disposed of', async () => {
    const { graph, ledger } = bench({ delay: 5 });
    graph.update([node('a', 'deaf', { of: 1 })]);
    const first = graph.run(fine);
    const second = graph.run(fine);
    expect([await first, await second]).toEqual([false, true]);
    await pause(10);
    expect([ledger.living.size, ledger.dead.size, ledger.faults]).toEqual([1, 1, []]);
  });

  it('a signal from outside ends the run, and nothing computes for ever', async () => {
    const { graph } = bench({ delay: 300 });
    graph.update(sheet(1));
    const controller = new AbortController();
    const run = graph.run({ passes: ['fine'], signal: controller.signal });
    await pause(0);
    expect(graph.state('a')?.status).toBe('computing');
    controller.abort();
    expect(graph.state('a')).toEqual({ status: 'waiting', on: [], blocked: false });
    expect(await run).toBe(false);
    expect(await graph.run({ passes: ['fine'], signal: controller.signal })).toBe(false);
    expect(graph.counts('a').calls).toBe(1);
    expect(await graph.run(fine)).toBe(true);
  });
});

describe('while it runs', () => {
  it('what is behind waits, shows its last value, and progress is told', async () => {
    const { graph, settle, changes } = bench();
    const sheet = (value: number) => [
      node('a', 'estimate', { of: value }),
      node('b', 'sum', { a: from('a'), b: 1 }),
      node('c', 'sum', { a: from('b'), b: 1 }),
      node('d', 'slow', { of: 1 }),
    ];
    await settle(sheet(1));
    changes.length = 0;
    await settle(sheet(2));
    expect(
      changes.map(([id, state]) => [id, state.status, 'progress' in state ? state.progress : 'on' in state ? state.on : undefined]),
    ).toEqual([
      ['b', 'waiting', ['a']],
      ['c', 'waiting', ['b']],
      ['a', 'computing', 0],
      ['a', 'computing', 0.5],
      ['a', 'ok', undefined],
      ['b', 'computing', 0],
      ['b', 'ok', undefined],
      ['c', 'computing', 0],
      ['c', 'ok', undefined],
    ]);
    for (const [, state] of changes) if (state.status !== 'ok') expect(state).toHaveProperty('last.field');
    expect(graph.counts('d').calls).toBe(1);
  });

  it('time is measured, and remembered with the value', async () => {
    const { graph, settle } = bench({ delay: 20 });
    const sheet = (value: number) => [node('a', 'slow', { of: value })];
    const time = () => {
      const state = graph.state('a');
      return state?.status === 'ok' ? state.result.milliseconds : NaN;
    };
    await settle(sheet(1));
    const first = time();
    expect(first).toBeGreaterThanOrEqual(15);
    await settle(sheet(2));
    await settle(sheet(1));
    expect(time()).toBe(first);
  });

  it('a node whose inputs turn out unchanged gets its value back without computing', async () => {
    const { graph, settle, values } = bench();
    const sheet = (value: number) => [
      node('a', 'slow', { of: value }),
      node('b', 'all', { of: from('a') }),
      node('r', 'sum', { a: from('b'), b: 0 }),
    ];
    await settle(sheet(0));
    await settle(sheet(-0));
    expect(values('r')).toEqual([0]);
    expect([graph.counts('a').calls, graph.counts('r').calls]).toEqual([2, 1]);
  });
});

describe('stop', () => {
  const sheet = [
    node('a', 'slow', { of: 1 }),
    node('b', 'sum', { a: from('a'), b: 1 }),
    node('c', 'slow', { of: 2 }),
    node('d', 'sum', { a: from('c'), b: 1 }),
  ];

  it('ends one node at once; what depends on it waits, all else goes on, until it is resumed', async () => {
    const { graph, values } = bench({ delay: 5 });
    graph.update(sheet);
    const run = graph.run(both);
    await pause(0);
    graph.stop('a');
    expect(await run).toBe(true);
    expect(graph.state('a')).toEqual({ status: 'stopped' });
    expect(graph.state('b')).toEqual({ status: 'waiting', on: ['a'], blocked: false });
    expect(values('d')).toEqual([3]);
    expect(await graph.run(fine)).toBe(true);
    expect(graph.state('a')).toEqual({ status: 'stopped' });
    graph.resume();
    expect(await graph.run(fine)).toBe(true);
    expect(values('b')).toEqual([2]);
    expect(graph.counts('c').calls).toBe(1);
  });

  it('ends a node before its turn', async () => {
    const { graph, values } = bench({ delay: 5 });
    graph.update(sheet);
    const run = graph.run(fine);
    await pause(0);
    graph.stop('c');
    await run;
    expect(values('b')).toEqual([2]);
    expect(graph.state('c')).toEqual({ status: 'stopped' });
    expect(graph.counts('c').calls).toBe(0);
  });

  it('ends all that is not done, and an edit undoes it', async () => {
    const { graph, values } = bench({ delay: 5 });
    graph.update(sheet);
    const run = graph.run(fine);
    await pause(0);
    graph.stop();
    expect(await run).toBe(true);
    expect(sheet.map(({ id }) => graph.state(id)?.status)).toEqual(['stopped', 'waiting', 'stopped', 'waiting']);
    graph.update([node('a', 'slow', { of: 7 }), ...sheet.slice(1)]);
    expect(await graph.run(fine)).toBe(true);
    expect(values('b')).toEqual([8]);
    expect(graph.state('c')).toEqual({ status: 'stopped' });
    graph.resume();
    await graph.run(fine);
    expect(values('d')).toEqual([3]);
  });

  it('keeps the value that was there, coarse or of before', async () => {
    const { graph } = bench({ delay: 5 });
    graph.update([node('e', 'estimate', { of: 1 })]);
    const run = graph.run(both);
    while (graph.counts('e').calls < 2) await pause(1);
    graph.stop('e');
    await run;
    expect(graph.state('e')).toMatchObject({ status: 'stopped', last: { coarse: true, field: { points: [{ value: 1.25 }] } } });
  });

  it('does nothing to what is done', async () => {
    const { graph, settle, values } = bench();
    await settle(sheet);
    graph.stop();
    expect(values('d')).toEqual([3]);
  });
});
