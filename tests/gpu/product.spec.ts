import { expect, test } from './harness/test';

// The figure is for the record; the bound only catches a variant that has become ruinous (a barrier on a software adapter: 0.2).
test('the product by registers is fast enough on any adapter', async ({ suite }) => {
  const result = await suite<{ adapter: string; gigaflops: number }>('product', 'speed', { n: 512, turns: 4, variant: 'registers' });
  test.info().annotations.push({ type: result.adapter, description: `${result.gigaflops.toFixed(2)} GFLOP/s` });
  expect(result.gigaflops).toBeGreaterThan(0.5);
});
