import { oneOf } from '$lib/base/parameter';
import { activation, depth, gamma, jitter, seed, targetJitter, targetTemperature, temperature } from '$lib/theory/common/parameters';
import type { TheoryParameters } from '$lib/theory/theory';

/** γ is that of the finite networks that follow the tangent kernel (`theory.md` §6); the kernel itself does not depend on it. */
export const parameters: TheoryParameters = {
  source: {
    activation,
    gamma,
    temperature,
    depth,
    kernel: oneOf(['nngp', 'ntk'], { meaning: 'Gaussian process, or tangent kernel', fallback: 'nngp' }),
    jitter,
    seed,
  },
  target: { temperature: targetTemperature, jitter: targetJitter },
};
