import { describe, expect, it } from 'vitest';
import { Graph } from '$lib/graph/graph';
import type { Kind } from '$lib/graph/kind';
import { axis, constant, from, node, toys } from './toys';

/** A kind whose value holds as many bytes as it is told. */
const block: Kind = {
  name: 'block',
  version: 1,
  keeps: [],
  needs: ({ of }) => Number(of),
  bytes: (value) => (value as { bytes: number }).bytes,
  compute: (points) => Promise.resolve(points.map(({ of }) => ({ bytes: Number(of) }))),
};

const graphOf = () => {
  const graph = new Graph(new Map([...toys(), ['block', block]]), { budgetBytes: 0, limitBytes: 100 });
  const run = async (...nodes: Parameters<Graph['update']>[0]) => {
    graph.update(nodes);
    await graph.run({ passes: ['fine'] });
  };
  const problemOf = (id: string): string => {
    const state = graph.state(id);
    return state?.status === 'error' ? state.problem.message : (state?.status ?? 'gone');
  };
  return { graph, run, problemOf };
};

describe('room', () => {
  it('sums a sweep before it is computed', async () => {
    const { graph, run, problemOf } = graphOf();
    await run(axis('s', 30, 40, 50), node('a', 'block', { of: from('s') }));
    expect(problemOf('a')).toBe('needs 120 B of memory at 3 points; the data of a sheet may hold 100 B');
    expect(graph.counts('a').calls).toBe(0);
  });

  it('counts what others hold, and says so', async () => {
    const { run, problemOf } = graphOf();
    await run(constant('n', 60), node('a', 'block', { of: from('n') }), node('b', 'block', { of: 41 }), node('c', 'block', { of: 40 }));
    expect(problemOf('b')).toBe('needs 41 B of memory; the data of a sheet may hold 100 B, and 60 B are in use');
    expect([problemOf('a'), problemOf('c')]).toEqual(['ok', 'ok']);
  });

  it('computes what there was no room for when the large node is gone, wherever it stands', async () => {
    const { run, problemOf } = graphOf();
    await run(node('a', 'block', { of: 90 }), node('b', 'block', { of: 20 }));
    expect(problemOf('b')).toMatch(/^needs 20 B/);
    await run(node('b', 'block', { of: 20 }));
    expect(problemOf('b')).toBe('ok');
    const second = graphOf();
    await second.run(node('x', 'block', { of: 90 }));
    await second.run(node('w', 'block', { of: 50 }), node('x', 'block', { of: 90 }));
    expect(second.problemOf('w')).toMatch(/^needs 50 B/);
    // The node that makes room is visited after the one that wants it.
    await second.run(node('w', 'block', { of: 50 }), node('x', 'block', { of: 30 }));
    expect([second.problemOf('w'), second.problemOf('x')]).toEqual(['ok', 'ok']);
  });

  it('lets a node be replaced by one as large, for the old value goes', async () => {
    const { run, problemOf } = graphOf();
    await run(node('a', 'block', { of: 90 }));
    await run(node('a', 'block', { of: 95 }));
    expect(problemOf('a')).toBe('ok');
  });

  it('computes only what has room, when several want it', async () => {
    const { run, problemOf } = graphOf();
    await run(node('a', 'block', { of: 80 }), node('b', 'block', { of: 70 }), node('c', 'block', { of: 71 }));
    await run(node('b', 'block', { of: 70 }), node('c', 'block', { of: 71 }));
    expect([problemOf('b'), problemOf('c')].map((one) => one.slice(0, 5))).toEqual(['ok', 'needs']);
  });
});
