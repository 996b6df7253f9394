import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Graph } from '$lib/graph/graph';
import type { Kind, NodeState } from '$lib/graph/kind';
import { bench, constant, from, list, node } from './toys';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const both = { passes: ['coarse', 'fine'] } as const;
const fine = { passes: ['fine'] } as const;

const sheet = (value: number) => [
  constant('a', value),
  node('nets', 'train', { of: from('a') }),
  node('theory', 'estimate', { of: from('a') }),
  node('figure', 'picture', { of: list(from('theory'), from('nets')) }),
  node('verdict', 'sum', { a: from('theory'), b: from('nets') }),
];

describe('what is late', () => {
  it('comes after all else, is computed once from what is fine, and a figure does without it until then', async () => {
    const { graph, settle, changes, values } = bench();
    await settle(sheet(1), ['coarse', 'fine']);
    const told = changes.flatMap(([id, state]) =>
      state.status === 'ok' ? [`${id} ${String(state.result.coarse)} ${String(state.result.incomplete)}`] : [],
    );
    expect(told).toEqual([
      'a false false',
      'theory true false',
      'figure true true',
      'theory false false',
      'figure false true',
      'nets false false',
      'figure false false',
      'verdict false false',
    ]);
    expect([graph.counts('nets').calls, values('figure'), values('verdict')]).toEqual([1, [2], [2]]);
  });

  it('leaves the figure as it is while it is computed', async () => {
    const { settle, changes } = bench();
    await settle(sheet(1), ['coarse', 'fine']);
    const begun = changes.findIndex(([id, state]) => id === 'nets' && state.status === 'computing');
    expect(changes.slice(begun).filter(([id, state]) => id === 'figure' && state.status === 'waiting')).toEqual([]);
  });

  it('is computed in its place when only the fine result is wanted', async () => {
    const { settle, changes } = bench();
    await settle(sheet(1), ['fine']);
    expect(changes.flatMap(([id, state]) => (state.status === 'ok' ? [id] : []))).toEqual(['a', 'nets', 'theory', 'figure', 'verdict']);
  });

  it('is taken at once when it is remembered', async () => {
    const { settle, changes, graph } = bench();
    await settle(sheet(1), ['coarse', 'fine']);
    await settle(sheet(2), ['coarse', 'fine']);
    changes.length = 0;
    await settle(sheet(1), ['coarse', 'fine']);
    expect(changes.map(([id, state]) => `${id} ${state.status}`)).toEqual(['a ok', 'nets ok', 'theory ok', 'figure ok', 'verdict ok']);
    expect(graph.counts('nets').calls).toBe(2);
  });

  it('stopped, leaves the figure incomplete and what needs it waiting', async () => {
    const { graph, values } = bench({ delay: 3 });
    graph.update(sheet(1));
    const run = graph.run(both);
    while (graph.counts('nets').calls < 1) await pause(1);
    graph.stop('nets');
    expect(await run).toBe(true);
    expect(graph.state('figure')).toMatchObject({ status: 'ok', result: { incomplete: true, coarse: false } });
    expect(values('figure')).toEqual([1]);
    expect(graph.state('verdict')).toMatchObject({ status: 'waiting', on: ['nets'], blocked: false });
    graph.resume('figure');
    await graph.run(both);
    expect(graph.state('nets')?.status).toBe('stopped');
    graph.resume('nets');
    await graph.run(both);
    expect([values('figure'), values('verdict')]).toEqual([[2], [2]]);
  });

  it('in error, holds up the figure as anything in error does', async () => {
    const { settle, graph } = bench();
    await settle([node('bad', 'refuse'), constant('a', 1), node('figure', 'picture', { of: list(from('a'), from('bad')) })], ['fine']);
    expect(graph.state('figure')).toMatchObject({ status: 'waiting', on: ['bad'], blocked: true });
  });

  it('and alone, is waited for', async () => {
    const { graph, values } = bench();
    graph.update([node('nets', 'train', { of: 1 }), node('figure', 'picture', { of: list(from('nets')) })]);
    await graph.run({ passes: ['coarse'] });
    expect(graph.state('figure')).toMatchObject({ status: 'waiting', on: ['nets'] });
    await graph.run(both);
    expect(values('figure')).toEqual([1]);
  });
});

describe('what is shown before the result', () => {
  const training = [node('nets', 'train', { of: 1 })];
  const partials = (changes: [string, NodeState][]) =>
    changes.map(([, state]) => ('partial' in state ? `${state.status} ${String(state.partial)}` : state.status));

  it('is told as it comes, and gone when the result is there', async () => {
    const { settle, changes } = bench();
    await settle(training);
    const told = partials(changes);
    expect(told.filter((one) => one.startsWith('computing step'))).toEqual(
      expect.arrayContaining(['computing step 1', 'computing step 2', 'computing step 3', 'computing step 4']),
    );
    expect(told.at(-1)).toBe('ok');
  });

  it('stays when it is stopped, and goes when it is begun again', async () => {
    const { graph, changes } = bench({ delay: 2 });
    graph.update(training);
    const run = graph.run(fine);
    while (!changes.some(([, state]) => state.status === 'computing' && state.partial === 'step 1')) await pause(1);
    graph.stop('nets');
    await run;
    expect(graph.state('nets')).toMatchObject({ status: 'stopped', partial: expect.stringMatching(/^step/) as string });
    graph.resume();
    changes.length = 0;
    await graph.run(fine);
    expect(partials(changes)[0]).toBe('computing');
    expect(partials(changes).at(-1)).toBe('ok');
  });

  it('is not told of what was overtaken', async () => {
    const { graph, changes } = bench({ delay: 2 });
    graph.update(training);
    const run = graph.run(fine);
    while (!changes.some(([, state]) => state.status === 'computing' && state.partial === 'step 1')) await pause(1);
    graph.update([]);
    changes.length = 0;
    await run;
    await pause(10);
    expect(changes).toEqual([]);
  });
});

describe('a long computation', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A hundred steps of so many seconds. */
  const long: Kind = {
    name: 'long',
    version: 1,
    compute: async ([point], context) => {
      for (let step = 1; step <= 100; step++) {
        await new Promise((resolve) => setTimeout(resolve, 1000 * Number(point?.['seconds'])));
        context.signal.throwIfAborted();
        context.progress(step / 100);
      }
      return ['done'];
    },
  };
  const begin = (seconds: number) => {
    const graph = new Graph(new Map([['long', long]]), { budgetBytes: 0, patience: { after: 2, most: 60 } });
    graph.update([node('a', 'long', { seconds })]);
    return graph;
  };
  const runFor = async (graph: Graph, seconds: number): Promise<string | undefined> => {
    const run = graph.run(fine);
    await vi.advanceTimersByTimeAsync(1000 * seconds);
    expect(await run).toBe(true);
    return graph.state('a')?.status;
  };

  it('is asked about once its speed is known, and goes on when a person says so', async () => {
    const graph = begin(1.5);
    expect(await runFor(graph, 10)).toBe('stopped');
    // Three steps have been seen, the first of which began the clock.
    expect(graph.state('a')).toMatchObject({ asks: expect.closeTo(97 * 1.5, 6) as number });
    graph.resume('a');
    expect(await runFor(graph, 151)).toBe('ok');
  });

  it('is not asked about again when it becomes a little longer, but when it becomes much longer', async () => {
    const graph = begin(1.5);
    await runFor(graph, 10);
    graph.resume();
    await runFor(graph, 151);
    graph.update([node('a', 'long', { seconds: 2 })]);
    expect(await runFor(graph, 201)).toBe('ok');
    graph.update([node('a', 'long', { seconds: 4 })]);
    expect(await runFor(graph, 20)).toBe('stopped');
  });

  it('stopped to ask, goes on when it is edited to be short', async () => {
    const graph = begin(1.5);
    await runFor(graph, 10);
    graph.update([node('a', 'long', { seconds: 0.1 })]);
    expect(await runFor(graph, 11)).toBe('ok');
  });

  it('of less than a minute is not asked about, and tells how long it will take', async () => {
    const graph = begin(0.5);
    const run = graph.run(fine);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(graph.state('a')).toMatchObject({ status: 'computing', secondsLeft: expect.closeTo(40, 6) as number });
    await vi.advanceTimersByTimeAsync(45_000);
    await run;
    expect(graph.state('a')?.status).toBe('ok');
  });
});
