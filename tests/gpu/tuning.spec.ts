import { expect, test } from './harness/test';

interface Start {
  readonly dispatches: number;
  readonly live: number;
  readonly variants: { readonly product: string; readonly cholesky: string };
  readonly works: boolean;
}

interface Choices extends Record<'first' | 'second' | 'garbled' | 'hurried' | 'software' | 'given', Start> {
  readonly notes: readonly [key: string, value: string][];
  readonly notesAfter: readonly [key: string, value: string][];
  readonly asked: number;
}

test('variants are measured once, remembered for the adapter, and overridden where they are given', async ({ suite }) => {
  const { notes, notesAfter, asked, ...starts } = await suite<Choices>('tuning', 'choices');
  for (const [name, { live, works, variants }] of Object.entries(starts)) {
    expect({ live, works }, name).toEqual({ live: 0, works: true });
    for (const variant of Object.values(variants)) expect(['registers', 'shared'], name).toContain(variant);
  }
  const { first, second, garbled, hurried, software, given } = starts;
  test.info().annotations.push({ type: 'measured', description: JSON.stringify(first) });
  expect(notes).toHaveLength(1);
  expect(notes[0]?.[0]).toMatch(/^variants \d+ of .*swiftshader/);
  expect(JSON.parse(notes[0]?.[1] ?? '')).toEqual(first.variants);
  // Measuring dispatches; remembering does not.
  expect(first.dispatches).toBeGreaterThan(0);
  for (const start of [second, garbled, hurried, software, given]) expect(start.dispatches).toBe(0);
  expect(second.variants).toEqual(first.variants);
  expect(JSON.parse(notesAfter[0]?.[1] ?? '')).toEqual(garbled.variants);
  // No time and nothing sensible remembered, no storage, or an adapter of which all is known.
  for (const start of [garbled, hurried, software]) expect(start.variants).toEqual({ product: 'registers', cholesky: 'registers' });
  expect(given.variants).toEqual({ product: 'shared', cholesky: 'registers' });
  expect(asked).toBe(0);
});
