import { expect, test } from './harness/test';
import type { SweepCost } from './suites/cost';

for (const theory of ['bayes', 'proportional'])
  test(`a sweep of 24 δ asks less than a third of 24 single points of the device: ${theory}`, async ({ suite }) => {
    const { sweep, single } = await suite<SweepCost>('cost', 'sweepCost', theory);
    test.info().annotations.push({ type: 'sweep, single', description: JSON.stringify({ sweep, single }) });
    expect(single.dispatches).toBeGreaterThan(0);
    expect(sweep.dispatches).toBeLessThan((24 / 3) * single.dispatches);
    // What `bayes` reads of each point of a sweep it reads for all at the same time.
    if (theory === 'proportional') expect(sweep.reads).toBeLessThan((24 / 3) * single.reads);
  });
