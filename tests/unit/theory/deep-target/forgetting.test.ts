import { describe, expect, it } from 'vitest';
import { bendOf } from '$lib/theory/bayes/deep/target/bend';
import { forgetting } from '$lib/theory/bayes/deep/target/chain-parts';
import { Walkers } from '$lib/theory/bayes/deep/target/walkers';
import { uniforms } from '../../../support/task';

describe('what neurons remember', () => {
  const uniform = uniforms(1);
  const draw = (walkers: Walkers): void => {
    walkers.z.forEach((_, i) => (walkers.z[i] = 4 * uniform() - 2));
    walkers.place({ factor: Float64Array.of(1, 0, 0, 1), conjugate: new Float64Array(4) });
  };
  const flipHalf = (walkers: Walkers): void => {
    for (let k = 0; k < walkers.count; k += 2) for (let i = 0; i < 2; i++) walkers.z[2 * k + i]! *= -1;
    walkers.place({ factor: Float64Array.of(1, 0, 0, 1), conjugate: new Float64Array(4) });
  };

  it.each(['erf', 'tanh', 'linear', 'relu'] as const)(
    '%s: new neurons have forgotten, old ones and those turned over have not',
    (activation) => {
      const layers = [0, 1].map(() => new Walkers(bendOf(activation), 1000, 2, 2));
      layers.forEach(draw);
      const forgot = forgetting(layers);
      expect(forgot()).toBe(false);
      if (activation !== 'relu') {
        layers.forEach(flipHalf);
        expect(forgot()).toBe(false);
      }
      draw(layers[0]!);
      expect(forgot()).toBe(false);
      draw(layers[1]!);
      expect(forgot()).toBe(true);
    },
  );
});
