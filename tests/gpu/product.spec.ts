import { expect, test } from './harness/test';

test('a product and a sum come back', async ({ suite }) => {
  const result = await suite<{ adapter: string; product: number; twice: number }>('product', 'smoke');
  expect(result.adapter).not.toBe('');
  expect(result.product).toBeLessThan(1e-6);
  expect(result.twice).toBeLessThan(1e-6);
});
