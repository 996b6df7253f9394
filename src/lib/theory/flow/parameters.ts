import { number, oneOf, optional, boolean } from '$lib/base/parameter';
import { shared, particles, seed, targetGamma } from '$lib/theory/common/parameters';
import type { TheoryParameters } from '$lib/theory/theory';

const time = 'how long the gradient flow runs';
const step = 'longest step in time';
const decay = 'λ, decay of all weights';
const sources = 'the source’s';

/** T is that of finite networks that are sampled, or whose readout is fitted, after this theory (`theory.md` §6); the flow has none. */
export const parameters: TheoryParameters = {
  source: {
    ...shared,
    particles,
    time: number({ above: 0, meaning: time, fallback: 20 }),
    step: optional(number({ above: 0, meaning: step }), 'by the curvature and the energy'),
    weight_decay: number({ min: 0, meaning: decay, fallback: 0 }),
    seed,
  },
  target: {
    gamma: targetGamma,
    time: optional(number({ above: 0, meaning: time }), sources),
    step: optional(number({ above: 0, meaning: step }), sources),
    weight_decay: optional(number({ min: 0, meaning: decay }), sources),
    trained: oneOf(['all', 'readout'], {
      meaning: 'what is trained; the readout alone is δ → ∞, features frozen',
      fallback: 'all',
    }),
    centred: boolean({ meaning: 'the output at the start is subtracted', fallback: true }),
  },
};
