import { expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { worstEntries } from '../../support/kernel-entries';

test(
  'entries of NNGP and NTK are accurate to a few roundings at every scale, distance and depth',
  { timeout: 300_000 },
  async ({ annotate }) => {
    const worst = await worstEntries(createReferenceBackend(), { least: 1e-300, most: 1e300 });
    await annotate(JSON.stringify(worst));
    for (const [name, { error, at }] of Object.entries(worst)) expect(error, `${name} at ${at}`).toBeLessThan(1e-14);
  },
);
