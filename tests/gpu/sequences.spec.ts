import fc from 'fast-check';
import { operations, type Step } from './harness/step';
import { expect, test } from './harness/test';
import type { Outcome } from './suites/sequences';

const step: fc.Arbitrary<Step> = fc.record({
  operation: fc.constantFrom(...operations),
  i: fc.nat(999),
  j: fc.nat(999),
  k: fc.nat(59),
  x: fc.double({ min: -1, max: 1, noNaN: true }),
});

const check = ({ error, where, bytes: [before, , after], faults }: Outcome): void => {
  expect(faults).toEqual([]);
  // A few roundings of 6e-8 in units of a bound on the entries; 9e-8 was measured.
  expect(error, where).toBeLessThan(1e-6);
  expect(after).toBe(before);
};

test('sequences of operations are what the reference makes of them', async ({ suite }) => {
  let worst = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const outcome = await suite<Outcome>('sequences', 'sequence', steps);
      worst = Math.max(worst, outcome.error);
      check(outcome);
    }),
    { seed: 20261, numRuns: 40, endOnFailure: false },
  );
  test.info().annotations.push({ type: 'worst error', description: worst.toExponential(1) });
});

test('live bytes are after 200 mixed operations what they were before', async ({ suite }) => {
  const [steps] = fc.sample(fc.array(step, { minLength: 200, maxLength: 200 }), { seed: 7, numRuns: 1 });
  const outcome = await suite<Outcome>('sequences', 'sequence', steps);
  check(outcome);
  const [before, most] = outcome.bytes;
  test.info().annotations.push({ type: 'live bytes before, at most and after', description: outcome.bytes.join(', ') });
  expect(most).toBeGreaterThan(before);
});
