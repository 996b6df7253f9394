import { oneOf } from '$lib/base/parameter';
import { jitter, shared, seed, targetJitter, targetTemperature } from '$lib/theory/common/parameters';
import type { TheoryParameters } from '$lib/theory/theory';

/** γ is that of the finite networks that follow the tangent kernel (`theory.md` §6); the kernel itself does not depend on it. */
export const parameters: TheoryParameters = {
  source: {
    ...shared,
    kernel: oneOf(['nngp', 'ntk'], { meaning: 'Gaussian process, or tangent kernel', fallback: 'nngp' }),
    jitter,
    seed,
  },
  target: { temperature: targetTemperature, jitter: targetJitter },
};
