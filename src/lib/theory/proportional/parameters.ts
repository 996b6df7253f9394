import { integer } from '$lib/base/parameter';
import { activation, depth, seed, targetTemperature, temperature } from '$lib/theory/common/parameters';
import type { TheoryParameters } from '$lib/theory/theory';

export const parameters: TheoryParameters = {
  source: {
    activation,
    temperature,
    depth,
    width: integer({ min: 1, meaning: 'hidden width N', fallback: 300 }),
    seed,
  },
  target: { temperature: targetTemperature },
};
