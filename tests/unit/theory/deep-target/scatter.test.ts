import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { sharedNoise } from '$lib/theory/bayes/deep/target/deep-target-kernel';
import { scatterOf } from '$lib/theory/bayes/deep/target/run-target';
import { relativeScatter } from '$lib/theory/bayes/deep/target/scatter-beyond';
import { bounds } from '$lib/theory/bayes/deep/target/verdict';
import { deepSource, deepTarget, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters } from '../../../support/task';

const row = (...values: number[]): Float64Array => Float64Array.from(values);

describe('scatter of a predictor on test examples', () => {
  // Of two halves, a jackknife estimate is √(½ Σ|f₋ − f|²).
  it.each([
    ['relative to f', row(3, 4), [row(3, 5), row(3, 3)], [1, 1], 1 / 5],
    ['relative to a fifth of the labels where f is small', row(0.001), [row(0.003), row(-0.001)], [1, -1], 0.01],
    ['of many examples, still to their size', row(0, 0, 0, 0), [row(0.1, 0, 0, 0), row(-0.1, 0, 0, 0)], [2], 0.1 / 0.8],
    ['0 where f and labels vanish', row(0, 0), [row(0, 0), row(0, 0)], [0, 0], 0],
    ['0 without test examples', row(), [row(), row()], [0], 0],
  ])('is %s', (_, whole, without, labels, right) => {
    expect(relativeScatter(whole, without, labels)).toBeCloseTo(right, 12);
  });

  it('warns of a cold network, whose fit of the training examples hardly scatters', async () => {
    const backend = createReferenceBackend();
    const own = { ...bayesParameters, depth: 2, gamma: 0.5, temperature: 0.02, particles: 128 };
    const coarse = { ...still, quality: 'coarse' } as const;
    using source = await deepSource(backend, sixByFour.source, own, coarse);
    using kernel = await deepTarget(backend, { source, task: sixByFour.target, parameters: own, delta: 1 }, coarse);
    const trained = sharedNoise.draws * scatterOf(kernel.law.snapshots, sixByFour.target, own.temperature, own.depth);
    expect(trained).toBeLessThan(bounds.scatter);
    expect(kernel.health.scatter).toBeGreaterThan(bounds.beyond);
    expect(kernel.warnings.join('; ')).toMatch(/parts of the run scatter/);
  });
});
