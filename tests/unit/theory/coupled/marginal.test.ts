import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { erf } from '$lib/base/special';
import { anchorsOf } from '$lib/theory/bayes/coupled/marginal';
import { Cells } from '$lib/theory/bayes/span/cells';
import { spanOf } from '$lib/theory/bayes/span/span';
import { makeTask } from '../../../support/task';

const backend = await createCpuBackend({ threads: 1 });

// ⟨erf(h)²⟩ = (2/π) asin(2σ²/(1 + 2σ²)) for h of variance σ². Rules of 60 points were 3 % off at a strength of 10⁴.
it.each([
  [1, 1e4],
  [2, 1e4],
  [2, 400],
  [1, 1e8],
])('anchors of a Gaussian source over %i directions, strength %d, have its averages', async (dimension, strength) => {
  const task = makeTask(dimension, 4, 1, 5, () => 1);
  const span = spanOf(task);
  if (!span) throw new Error('no span');
  const direction = Float64Array.from({ length: dimension }, (_, d) => (dimension === 1 ? 1 : [0.6, 0.8][d]!));
  const kappa = 0.8;
  const marginal = { kind: 'gaussian', law: { direction, strength } } as const;
  const { x, y, mass } = await anchorsOf(backend, marginal, new Cells(span, 'erf'), kappa, 0.3);
  const { coordinates, basis, rank } = span;
  for (let p = 0; p < 4; p++) {
    const row = [coordinates[p * rank]!, rank === 2 ? coordinates[p * rank + 1]! : 0];
    // κ z·w with w of covariance I + strength u uᵀ, z the input over √D in the basis of the span.
    let along = 0;
    for (let j = 0; j < rank; j++) for (let d = 0; d < dimension; d++) along += row[j]! * basis[j * dimension + d]! * direction[d]!;
    const variance = kappa * kappa * (row[0]! ** 2 + row[1]! ** 2 + strength * along * along);
    const right = (2 / Math.PI) * Math.asin((2 * variance) / (1 + 2 * variance));
    let found = 0;
    mass.forEach((value, k) => (found += value * erf(row[0]! * x[k]! + row[1]! * y[k]!) ** 2));
    expect(Math.abs(found - right)).toBeLessThan(5e-4);
  }
});
