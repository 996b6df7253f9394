import { expect, test } from './harness/test';
import type { Accounts } from './suites/accounts';

test('an account names the shaders that ran while it was open, and what the device says they took', async ({ suite }) => {
  const { uses, inner, dispatches, milliseconds, idle } = await suite<Accounts>('accounts', 'accounts');
  test.info().annotations.push({ type: 'measured', description: JSON.stringify({ uses, milliseconds }) });
  const counts = (of: Accounts['uses']) => Object.fromEntries(of.map((use) => [use.name, use.dispatches]));
  expect(counts(uses)).toEqual({ 'product by registers': 10, transpose: 5010, hadamard: 10 });
  expect(counts(inner)).toEqual({ 'product by registers': 3, transpose: 3, hadamard: 3 });
  expect(idle).toEqual([]);
  expect(uses.reduce((sum, use) => sum + use.dispatches, 0)).toBe(dispatches);
  for (const { name, timed, milliseconds: took, dispatches: all } of uses) {
    expect(timed, name).toBeGreaterThan(0);
    expect(timed, name).toBeLessThanOrEqual(all);
    expect(took, name).toBeGreaterThanOrEqual(0);
  }
  const transposes = uses.find(({ name }) => name === 'transpose');
  expect(transposes?.timed).toBeLessThan(5010);
  const took = uses.reduce((sum, use) => sum + use.milliseconds, 0);
  expect(took).toBeGreaterThan(0);
  expect(took).toBeLessThan(milliseconds);
});
