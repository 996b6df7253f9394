import { expect, test } from './harness/test';

/** Worst errors as the heads of `shaders/common/*.wgsl` state them, in ULP against double precision: on software adapters, and on GPUs where it is another. */
const stated: Record<string, number | readonly [software: number, gpu: number]> = {
  erf: 2,
  tanh: 2,
  asin: 3,
  acos: 3,
  tanhSlope: 10,
  exp: 1,
  expOfNegatives: 1,
  erfOfFour: 2,
  erfSlopeOfFour: 64,
  tanhOfFour: [2, 3],
  tanhSlopeOfFour: 10,
  log: 1.5,
  angleOfTwo: 4,
  angleOfMinusTwo: 4,
};

for (const [name, ulps] of Object.entries(stated)) {
  test(`${name} is within ${typeof ulps === 'number' ? ulps : `${ulps[0]} (on GPUs ${ulps[1]})`} ULP over all f32 numbers sampled`, async ({
    suite,
  }) => {
    const result = await suite<{ worst: number; points: number; at: number; software: boolean }>('functions', 'worstUlp', name);
    test.info().annotations.push({ type: 'worst', description: JSON.stringify(result) });
    expect(result.points).toBeGreaterThan(1e6);
    const most = typeof ulps === 'number' ? ulps : ulps[result.software ? 0 : 1];
    expect(result.worst, JSON.stringify(result)).toBeLessThanOrEqual(most);
  });
}

test('Philox gives the words of the reference, bit for bit', async ({ suite }) => {
  expect(await suite('functions', 'philoxWords')).toBe(0);
});

test('the parts of Box–Muller are accurate at the ends too', async ({ suite }) => {
  const result = await suite<{ logarithm: number; circle: number }>('functions', 'boxMuller');
  expect(result.logarithm).toBeLessThanOrEqual(4);
  expect(result.circle).toBeLessThan(1.5e-7);
});
