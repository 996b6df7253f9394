import { expect, test } from './harness/test';
import type { Speeds } from './suites/product';

test('the variant of the product taken for this kind of adapter is the faster one', async ({ suite }) => {
  // Both meet the same load, so the comparison holds on a busy machine; the figures are for the record.
  const speeds = await suite<Speeds>('product', 'speeds', { n: 256, turns: 5 });
  const other = speeds.chosen === 'registers' ? 'shared' : 'registers';
  test.info().annotations.push({ type: speeds.adapter, description: JSON.stringify(speeds) });
  expect(speeds[speeds.chosen]).toBeGreaterThan(speeds[other]);
});
