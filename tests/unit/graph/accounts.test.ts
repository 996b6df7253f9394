import { expect, it } from 'vitest';
import { Graph } from '$lib/graph/graph';
import type { Account, Kind } from '$lib/graph/kind';
import { axis, from, node, toys } from './toys';

class Notes implements Account {
  open = true;
  points = 0;

  close(): void {
    this.open = false;
  }
}

/** A graph with a kind that keeps an account of how many points it was asked for. */
const accounted = () => {
  const opened: Notes[] = [];
  const counted: Kind = {
    name: 'counted',
    version: 1,
    account: () => {
      opened.push(new Notes());
      return opened.at(-1);
    },
    compute: (points) => {
      const notes = opened.at(-1);
      if (!notes?.open) throw new Error('no account is open');
      notes.points = points.length;
      return points.some(({ of }) => Number(of) < 0)
        ? Promise.reject(new RangeError('negative'))
        : Promise.resolve(points.map(({ of }) => 2 * Number(of)));
    },
  };
  const graph = new Graph(new Map([...toys(), ['counted', counted]]), { budgetBytes: 1e9 });
  const accountsOf = async (...values: number[]) => {
    graph.update([axis('x', ...values), node('c', 'counted', { of: from('x') })]);
    await graph.run({ passes: ['fine'] });
    const state = graph.state('c');
    return state?.status === 'ok' ? (state.result.accounts as readonly (Account & Pick<Notes, 'open' | 'points'>)[]) : undefined;
  };
  return { opened, accountsOf };
};

it('the points of one computation share an account, which is closed after it and remembered with them', async () => {
  const { opened, accountsOf } = accounted();
  const first = await accountsOf(1, 2, 3);
  expect(first).toHaveLength(1);
  expect(first?.[0]).toMatchObject({ open: false, points: 3 });
  // One point is known: what is shown comes of two computations.
  const second = await accountsOf(2, 4);
  expect(second?.map(({ points }) => points).sort()).toEqual([1, 3]);
  expect(await accountsOf(3, 1)).toEqual(first);
  expect(opened).toHaveLength(2);
});

it('an account is closed also when the computation fails', async () => {
  const { opened, accountsOf } = accounted();
  expect(await accountsOf(-1)).toBeUndefined();
  expect(opened.map(({ open }) => open)).toEqual([false]);
});
