import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Input, NodeDefinition } from '$lib/graph/kind';
import { bench, from, list, literal, node, visible } from './toys';

/** Ids of the nodes; references may well go round in circles, or to `nobody`. */
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

const value = fc.integer({ min: -3, max: 4 });
const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 2, arbitrary: value.map(literal) },
  { weight: 5, arbitrary: fc.constantFrom(...ids).map(from) },
  { weight: 1, arbitrary: fc.constant(from('nobody')) },
);
const one = (kind: string, ...names: string[]) => ({ kind, inputs: fc.record(Object.fromEntries(names.map((name) => [name, input]))) });

/** A node without its id. */
const body: fc.Arbitrary<{ kind: string; inputs: Record<string, Input> }> = fc.oneof(
  ...[
    one('sum', 'a', 'b'),
    one('root', 'of'),
    one('box', 'of'),
    one('pair', 'a', 'b'),
    one('all', 'of'),
    one('spread', 'of', 'count'),
    one('estimate', 'of'),
    one('slow', 'of'),
    one('deaf', 'of'),
    one('train', 'of'),
  ].map(({ kind, inputs }) => inputs.map((given) => ({ kind, inputs: given }))),
  fc.uniqueArray(value, { minLength: 1, maxLength: 3 }).map((values) => ({ kind: 'each', inputs: { values: literal(values) } })),
  fc.array(input, { maxLength: 3 }).map((items) => ({ kind: 'total', inputs: { terms: list(...items) } })),
  fc.array(input, { maxLength: 3 }).map((items) => ({ kind: 'picture', inputs: { of: list(...items) } })),
  fc.constantFrom('crash', 'refuse', 'nonsense').map((kind) => ({ kind, inputs: {} })),
);

/** Something a person does, and how long they wait before the next. */
type Edit =
  | { readonly type: 'set'; readonly id: string; readonly body: { kind: string; inputs: Record<string, Input> } }
  | { readonly type: 'remove'; readonly id: string }
  | { readonly type: 'move'; readonly id: string }
  | { readonly type: 'undo' }
  | { readonly type: 'forget' }
  | { readonly type: 'stop'; readonly id: string | undefined };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('set' as const), id: fc.constantFrom(...ids), body }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('remove' as const), id: fc.constantFrom(...ids) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('move' as const), id: fc.constantFrom(...ids) }) },
  { weight: 2, arbitrary: fc.constant({ type: 'undo' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'forget' as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('stop' as const), id: fc.constantFrom(undefined, ...ids) }) },
);
const wait = fc.constantFrom('none', 'microtask', 'moment', 'while', 'end');
const passes = fc.constantFrom<('coarse' | 'fine')[]>(['coarse', 'fine'], ['fine'], ['coarse']);
const step = fc.record({ edit, wait, passes });

const sheet = (entries: ReadonlyMap<string, NodeDefinition>): NodeDefinition[] => [...entries.values()];

const moment = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The sheet after an edit. */
function edited(edit: Edit, before: ReadonlyMap<string, NodeDefinition>): Map<string, NodeDefinition> {
  const after = new Map(before);
  if (edit.type === 'set') after.set(edit.id, node(edit.id, edit.body.kind, edit.body.inputs));
  if (edit.type === 'remove') after.delete(edit.id);
  const moved = after.get(edit.type === 'move' ? edit.id : '');
  if (moved) {
    after.delete(moved.id);
    after.set(moved.id, moved);
  }
  return after;
}

async function waited(how: string, run: Promise<boolean>): Promise<void> {
  if (how === 'microtask') await Promise.resolve();
  if (how === 'moment') await moment(0);
  if (how === 'while') await moment(3);
  if (how === 'end') await run;
}

describe('after any edits, with runs cut short, stopped and late', () => {
  it.each([1e9, 45, 0])(
    'the state is that of a fresh evaluation, and every value is disposed of once (budget %d bytes)',
    async (budgetBytes) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          const { graph, ledger } = bench({ budgetBytes, delay: 1 });
          const history: Map<string, NodeDefinition>[] = [new Map<string, NodeDefinition>()];
          const runs: Promise<boolean>[] = [];
          for (const { edit, wait, passes } of steps) {
            if (edit.type === 'undo' && history.length > 1) history.pop();
            else if (edit.type === 'forget') graph.forget();
            else if (edit.type === 'stop') graph.stop(edit.id);
            else history.push(edited(edit, history.at(-1) as Map<string, NodeDefinition>));
            if (edit.type !== 'stop') {
              graph.update(sheet(history.at(-1) as Map<string, NodeDefinition>));
              runs.push(graph.run({ passes }));
            }
            await waited(wait, runs.at(-1) ?? Promise.resolve(true));
          }
          const final = sheet(history.at(-1) as Map<string, NodeDefinition>);
          graph.resume();
          expect(await graph.run({ passes: ['coarse', 'fine'] })).toBe(true);
          await Promise.all(runs);

          const fresh = bench();
          await fresh.settle(final);
          for (const { id } of final) expect([id, visible(graph.state(id))]).toEqual([id, visible(fresh.graph.state(id))]);

          // Nothing more is to be done.
          const calls = () => final.map(({ id }) => graph.counts(id).calls);
          const before = calls();
          await graph.run({ passes: ['coarse', 'fine'] });
          expect(calls()).toEqual(before);

          await moment(3);
          graph.update([]);
          graph.forget();
          expect([graph.bytes, graph.remembered, ledger.living.size, ledger.faults]).toEqual([0, 0, 0, []]);
        }),
        { numRuns: 150 },
      );
    },
    60_000,
  );
});

describe('an edit of one literal', () => {
  it('computes nothing but the node and what depends on it', async () => {
    // Each node takes from some before it.
    const chain = fc.array(fc.uniqueArray(fc.nat(), { maxLength: 3 }), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(chain, fc.nat(), async (choices, which) => {
        const inputs = choices.map((chosen, i) => (i === 0 ? [] : [...new Set(chosen.map((n) => n % i))]));
        const definitions = (own: number) =>
          inputs.map((sources, i) =>
            node(`n${i}`, 'total', { terms: list(literal(i === at ? own : 2 ** i), ...sources.map((s) => from(`n${s}`))) }),
          );
        const at = which % inputs.length;
        const { graph, settle } = bench();
        await settle(definitions(0.5));
        await settle(definitions(0.25));
        const touched = new Set([at]);
        for (const [i, sources] of inputs.entries()) if (sources.some((source) => touched.has(source))) touched.add(i);
        expect(inputs.map((_, i) => graph.counts(`n${i}`).calls)).toEqual(inputs.map((_, i) => (touched.has(i) ? 2 : 1)));
      }),
      { numRuns: 100 },
    );
  });
});
