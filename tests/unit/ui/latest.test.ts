import { expect, test } from 'vitest';
import { latest } from '$lib/ui/views/latest';

/** Questions that stay open until they are answered here, and what was told. */
const asked = () => {
  const open: { readonly question: string; readonly answer: (value: string) => void; readonly fail: () => void }[] = [];
  const told: string[] = [];
  const ask = latest<string, string>(
    (question) => new Promise((answer, reject) => open.push({ question, answer, fail: () => reject(new Error('no')) })),
    (question, answer) => told.push(`${question} ${answer}`),
  );
  return { ask, open, told };
};
/** Lets what waits for a promise go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

test('one question at a time; of what is asked meanwhile only the last', async () => {
  const { ask, open, told } = asked();
  for (const question of ['a', 'b', 'c']) ask(question);
  expect(open.map(({ question }) => question)).toEqual(['a']);
  open[0]?.answer('1');
  await settle();
  expect(open.map(({ question }) => question)).toEqual(['a', 'c']);
  open[1]?.answer('3');
  await settle();
  // The answer to `a` was not wanted any more when it came.
  expect(told).toEqual(['c 3']);
  ask('d');
  open[2]?.answer('4');
  await settle();
  expect(told).toEqual(['c 3', 'd 4']);
});

test('once nothing is wanted, nothing is told', async () => {
  const { ask, open, told } = asked();
  ask('a');
  ask(undefined);
  open[0]?.answer('1');
  await settle();
  expect(told).toEqual([]);
  expect(open).toHaveLength(1);
});

test('a question without an answer is passed over, and the next is asked', async () => {
  const { ask, open, told } = asked();
  ask('a');
  open[0]?.fail();
  await settle();
  ask('b');
  open[1]?.answer('2');
  await settle();
  expect(told).toEqual(['b 2']);
});
