import { expect, test } from './harness/test';
import type { Stopped, StoppingGiven } from './suites/stopping';

const cases: readonly StoppingGiven[] = [
  { theory: 'bayes', examples: 150, changes: { particles: 512 }, points: 10, after: [700], backend: 'webgpu' },
  { theory: 'bayes', examples: 30, changes: { particles: 512, depth: 2 }, points: 4, after: [900], backend: 'webgpu' },
  { theory: 'flow', examples: 60, changes: { particles: 512 }, points: 10, after: [700], backend: 'webgpu' },
  { theory: 'flow', examples: 150, changes: { particles: 16384 }, points: 2, after: [6000], backend: 'webgpu' },
  { theory: 'bayes', examples: 30, changes: { particles: 512 }, points: 2, after: ['errors'], backend: 'webgpu' },
  { theory: 'flow', examples: 12, changes: { particles: 512 }, points: 2, after: ['errors'], backend: 'webgpu' },
  { theory: 'proportional', examples: 150, changes: {}, points: 40, after: [300, 'errors'], backend: 'webgpu' },
];

for (const given of cases)
  test(`${given.theory}, depth ${given.changes.depth ?? 1}, ${given.changes.particles ?? 'no'} particles, ${given.after.join(' and ')}: looks at the signal often enough to be stopped`, async ({
    suite,
  }) => {
    const results = await suite<Stopped[]>('stopping', 'stopped', given);
    for (const { aborted, effect, idle, between, live } of results) {
      test.info().annotations.push({
        type: 'milliseconds to the effect and to an idle device, submissions between two looks',
        description: `${effect.toFixed(0)} ${idle.toFixed(0)} ${between.toFixed(1)}`,
      });
      expect(aborted).toBe(true);
      expect(between).toBeLessThan(3);
      expect(live).toBe(0);
    }
  });
