import { expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { ancestorOf, familiesOf } from '$lib/theory/networks/family';
import { finish, networkPoint, pair, quietly, stage } from '../../../support/networks';
import { makeTask } from '../../../support/task';

const [source, target] = pair();
const third = makeTask(3, 6, 5, 3, ([x = 0, , z = 0]) => z - 0.4 * x);
const link = (given: { readonly delta: number; readonly readout?: 'fresh' | 'kept'; readonly time?: number }) => ({
  ...stage(third, { time: given.time ?? 1 }),
  readout: given.readout ?? ('fresh' as const),
  delta: given.delta,
});

test('a task between that takes no time leaves the chain as if it were not there, one that takes time does not', async () => {
  const kept = { readout: 'kept', depth: 2 } as const;
  const points = [
    networkPoint(stage(source), stage(target), kept),
    networkPoint(stage(source), stage(target), { ...kept, between: [link({ delta: 1, readout: 'kept', time: 0 })] }),
    networkPoint(stage(source), stage(target), { ...kept, between: [link({ delta: 1, readout: 'kept' })] }),
  ];
  using ensemble = openEnsemble(createReferenceBackend(), points);
  const [without, idle, busy] = await finish(ensemble);
  expect(idle!.errors).toEqual(without!.errors);
  expect(await ensemble.network(1, 1)).toEqual(await ensemble.network(0, 1));
  expect(busy!.errors.test).not.toBeCloseTo(without!.errors.test, 3);
  expect(ensemble.history(2).map(({ task }) => task)).toEqual([
    ...Array<number>(65).fill(0),
    ...Array<number>(65).fill(1),
    ...Array<number>(65).fill(2),
  ]);
  expect(ensemble.history(2).map(({ stage: name }) => name)[70]).toBe('between');
});

test('a posterior between whose features are frozen leaves those of the source', async () => {
  const how = { theory: 'bayes', method: 'readout', burnIn: 6, samples: 10 } as const;
  const points = [
    networkPoint(stage(source), stage(target), how),
    networkPoint(stage(source), stage(target), { ...how, between: [link({ delta: Infinity })] }),
    networkPoint(stage(source), stage(target), { ...how, between: [link({ delta: 0.1 })] }),
  ];
  using ensemble = openEnsemble(createReferenceBackend(), points);
  const [without, frozen, moved] = await finish(ensemble);
  expect(frozen!.errors.test).toBeCloseTo(without!.errors.test, 12);
  expect(moved!.errors.test).not.toBeCloseTo(without!.errors.test, 3);
});

test('chains share what they have in common: their source, and the tasks between with equal ties', () => {
  const of = (between: number, delta: number) => networkPoint(stage(source), stage(target), { delta, between: [link({ delta: between })] });
  const shared = link({ delta: 1 });
  const points = [1, 2].map((delta) => networkPoint(stage(source), stage(target), { delta, between: [shared] }));
  const [family] = familiesOf(points);
  expect(family!.generations.map(({ members }) => members.length)).toEqual([2, 2, 4]);
  expect([0, 1, 2, 3].map((b) => ancestorOf(family!, b, 0))).toEqual([0, 1, 0, 1]);
  const [other] = familiesOf([of(1, 1), of(2, 1)]);
  expect(other!.generations.map(({ members }) => members.length)).toEqual([2, 4, 4]);
  expect([0, 1, 2, 3].map((b) => ancestorOf(other!, b, 1))).toEqual([0, 1, 2, 3]);
});

test.each(['gradient', 'langevin'] as const)(
  'a chain stopped and continued is the same, and gives back what it took: %s',
  async (method) => {
    const backend = createReferenceBackend();
    const how = { theory: method === 'gradient' ? 'flow' : 'bayes', method, burnIn: 3, samples: 6 };
    const points = [0.5, 2].map((delta) => networkPoint(stage(source), stage(target), { ...how, delta, between: [link({ delta: 1 })] }));
    {
      using whole = openEnsemble(backend, points);
      const results = await finish(whole);
      using stopped = openEnsemble(backend, points);
      while (!stopped.finished) {
        const before = stopped.progress;
        await stopped.advance(quietly(), 3);
        expect(stopped.progress).toBeGreaterThanOrEqual(before);
      }
      expect(await stopped.results()).toEqual(results);
    }
    expect(backend.liveBytes).toBe(0);
  },
);

test('what is wrong with a task between is told of its point only', async () => {
  const wide = makeTask(4, 6, 5, 3, ([x = 0]) => x);
  const points = [
    networkPoint(stage(source), stage(target), { between: [{ ...link({ delta: 1 }), task: wide }] }),
    networkPoint(stage(source), stage(target), { between: [link({ delta: -1 })] }),
    networkPoint(stage(source), stage(target), { method: 'langevin', theory: 'bayes', between: [link({ delta: 1, readout: 'kept' })] }),
    networkPoint(stage(source), stage(target), { between: [link({ delta: 1 })] }),
  ];
  using ensemble = openEnsemble(createReferenceBackend(), points);
  await ensemble.advance(quietly());
  const messages = (await ensemble.results()).map((result) => (result instanceof Problem ? result.message : 'ok'));
  expect(messages).toEqual([
    'target: must have 3 inputs like its source, got 4',
    'delta: must be a number ≥ 0, got -1',
    'coupling: its readout must be "fresh" for the method "langevin", whose target has a readout of its own, got "kept"; gradient keeps it',
    'ok',
  ]);
});
