import { number, oneOf } from '$lib/base/parameter';
import { jitter, shared, particles, seed, targetGamma, targetJitter, targetTemperature } from '$lib/theory/common/parameters';
import type { TheoryParameters } from '$lib/theory/theory';

export const parameters: TheoryParameters = {
  source: {
    ...shared,
    particles,
    solver: oneOf(['auto', 'closed', 'particles'], { meaning: 'auto takes the closed form for a linear activation', fallback: 'auto' }),
    stretch: number({ above: 0, max: 100, meaning: 'multiplies the time steps, to test the health figures', fallback: 1 }),
    jitter,
    seed,
  },
  target: { gamma: targetGamma, temperature: targetTemperature, jitter: targetJitter },
};
