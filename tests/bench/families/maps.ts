import { activations, type Activation } from '$lib/base/activation';
import { numbers } from '../../gpu/harness/suite';
import type { Case, Family } from '../bench';

const n = 350;

/** The kernel of n points and its derivative, from the Gram matrix of their inputs (`theory.md` §1). */
const map = (activation: Activation): Case => ({
  name: `map ${n}² of ${activation}`,
  tolerance: 1e-4,
  contestants: [
    {
      peer: 'ours',
      prepare: ({ backend, outcome }) => {
        using inputs = backend.upload(
          { rows: n, columns: 64 },
          numbers(n * 64, 3).map((value) => 2 * value),
        );
        const gram = backend.gram(inputs);
        const variances = backend.diagonal(gram);
        return {
          run: () => {
            const { kernel, derivative } = backend.nngp(activation, gram, variances, variances);
            return outcome(kernel, derivative);
          },
          dispose: () => {
            gram[Symbol.dispose]();
            variances[Symbol.dispose]();
          },
        };
      },
    },
  ],
});

/** Maps of covariances of every activation. That of tanh has no closed form: it is to cost no more than a few dozen of those that have. */
export const maps: Family = {
  name: 'maps',
  cases: activations.map((activation) => () => map(activation)),
  figures: (median) => [
    { name: `map ${n}², tanh over erf`, value: median(`map ${n}² of tanh`, 'ours') / median(`map ${n}² of erf`, 'ours'), atMost: 50 },
  ],
};
