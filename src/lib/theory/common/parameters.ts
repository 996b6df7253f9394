import { activations } from '$lib/base/activation';
import { integer, number, oneOf, optional } from '$lib/base/parameter';

/**
 * Parameters that several theories use, by the names of `theory.md` §0. A name means the same in every theory, and has the same default;
 * what a theory can do of its range it says when it is asked.
 */

export const activation = oneOf(activations, { meaning: 'φ', fallback: 'erf' });
const gamma = number({ above: 0, meaning: 'richness γ: towards 0 it is lazy', fallback: 1 });
export const temperature = number({ min: 0, meaning: 'T, the ridge', fallback: 0.05 });
export const depth = integer({
  min: 1,
  max: 32,
  meaning: 'hidden layers: lazy any number, bayes up to four, flow and proportional one',
  fallback: 1,
});
/** Parameters that the sources of bayes, flow and lazy share. */
export const shared = { activation, gamma, temperature, depth } as const;

export const particles = integer({ min: 16, max: 1_048_576, meaning: 'neurons sampled', fallback: 512 });
export const jitter = oneOf(['off', 'auto'], {
  meaning: 'auto: where the kernel matrix is not positive definite, the least that helps is added to its diagonal, and shown',
  fallback: 'off',
});
export const seed = integer({ min: 0, meaning: 'of the random numbers', fallback: 1 });

/** How a target reads a parameter that it may set anew. */
const sources = 'the source’s';

export const targetGamma = optional(number({ min: 0, meaning: 'richness γ of the target; 0 is its lazy end' }), sources);
export const targetTemperature = optional(number({ min: 0, meaning: 'T of the target, the ridge' }), sources);
export const targetJitter = optional(
  oneOf(['off', 'auto'], { meaning: 'auto: what a matrix that is not positive definite needs is added' }),
  sources,
);
