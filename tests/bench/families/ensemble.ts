import type { Case, Family } from '../bench';
import { operands, ours } from './descent';

const sizes = { width: 256, examples: 128, dimension: 64, steps: 200 };
const many = 256;

const nameOf = (networks: number): string =>
  `${networks} ${networks === 1 ? 'network' : 'networks'} of ${sizes.width}, ${sizes.steps} steps`;

const training = (networks: number): Case => ({
  name: nameOf(networks),
  operations: networks * sizes.steps * 4 * sizes.width * sizes.examples * sizes.dimension,
  tolerance: 0,
  contestants: [ours(networks, sizes, operands(networks, sizes))],
});

/** An ensemble that fills a GPU, beside its networks one by one. */
export const ensemble: Family = {
  name: 'ensemble',
  hardware: true,
  cases: [() => training(1), () => training(many)],
  figures: (median) => [
    {
      name: `${nameOf(many)}, speed over one by one`,
      value: (many * median(nameOf(1), 'ours')) / median(nameOf(many), 'ours'),
      atLeast: 20,
    },
  ],
};
