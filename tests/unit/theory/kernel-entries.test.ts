import { expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { worstEntries } from '../../support/kernel-entries';

test('entries of NNGP and NTK are good to a few roundings at every scale, distance and depth', { timeout: 30_000 }, async () => {
  const worst = await worstEntries(createReferenceBackend(), { least: 1e-300, most: 1e300 });
  const table = Object.entries(worst).map(([name, { error, at }]) => `${name}: ${error.toExponential(1)} (${at})`);
  console.log(table.join('\n'));
  for (const [name, { error, at }] of Object.entries(worst)) expect(error, `${name} at ${at}`).toBeLessThan(1e-14);
});
