import { expect, it } from 'vitest';
import type { Archive } from '$lib/graph/archive';
import type { Gathered } from '$lib/graph/gather';
import type { Kind } from '$lib/graph/kind';
import { ResultMemory, type Entry } from '$lib/graph/memory';
import { Recall } from '$lib/graph/recall';
import { StandIn } from '$lib/graph/stand-in';

it('Recall.lacking looks once through a value from which many points are computed', () => {
  let looks = 0;
  const value = (points: readonly unknown[]): unknown => ({
    get points() {
      looks += 1;
      return points;
    },
  });
  const entry = (key: string, points: readonly unknown[]): Entry => ({ key, value: value(points), hash: key, bytes: 0, milliseconds: 0 });
  const whole = entry('axis', [1, 2, 3]);
  const absent = entry('kernel', [new StandIn('kernel', 'kernel', undefined)]);
  const recall = new Recall(new ResultMemory(1e6), {} as Archive);
  const gathered = { entriesAt: () => [whole, absent] } as unknown as Gathered;
  const points = new Map(Array.from({ length: 1000 }, (_, point) => [`point ${point}`, point]));
  expect(recall.lacking({} as Kind, gathered, points)).toEqual(new Set(['kernel']));
  const each = looks;
  recall.lacking({} as Kind, gathered, new Map([['one', 0]]));
  expect(looks).toBe(2 * each);
});
