import { expect, it } from 'vitest';
import { secondMoments } from '$lib/theory/bayes/span/law';
import { Cells } from '$lib/theory/bayes/span/cells';
import { maximise } from '$lib/theory/bayes/span/newton';
import { solveSource } from '$lib/theory/bayes/span/source';
import { spanOf } from '$lib/theory/bayes/span/span';
import { bayesParameters, makeTask } from '../../../support/task';

// Right values by sums over plain grids in NumPy, Newton's method followed from T = 1 down to T = 0.001. These sources had virials of −13, 7 and 1700.
it.each([
  ['erf', 1, 8, 2, { trace: 4.635790983, along: 22.78797739, dual: 425.2061522 }],
  ['erf', 2, 12, 1, { trace: 6.63200211, along: 33.91653185, dual: 53.1948002 }],
  ['tanh', 2, 12, 1, { trace: 6.065379242, along: 31.18075341, dual: 62.36373115 }],
] as const)(
  'sources of T = 0.001 match grids: %s, D = %d, P = %d, γ = %d',
  { timeout: 120_000 },
  async (activation, dimension, train, gamma, right) => {
    const label = ([a = 0, b = 0]: readonly number[]): number => Math.tanh(1.5 * (a + 0.5 * b)) + 0.2 * (a * a - 1);
    const task = makeTask(dimension, train, 0, 50 + train + 7 * dimension, label);
    const { trainLabels } = task;
    const parameters = { ...bayesParameters, activation, gamma, temperature: 0.001 };
    const found = await solveSource(new Cells(spanOf(task)!, activation), trainLabels, parameters, () => Promise.resolve());
    if (!found) throw new Error('not solved');
    const { law, dual, figures } = found;
    expect(figures.residual).toBeLessThan(2e-4);
    expect(Math.abs(figures.virial - 1)).toBeLessThan(1e-3);
    const { kernel } = secondMoments(law, train);
    const trace = trainLabels.reduce((sum, _, p) => sum + kernel[p * (train + 1)]!, 0);
    const along = kernel.reduce((sum, value, at) => sum + trainLabels[Math.floor(at / train)]! * value * trainLabels[at % train]!, 0);
    expect(trace / right.trace).toBeCloseTo(1, 4);
    expect(along / right.along).toBeCloseTo(1, 4);
    expect(Math.hypot(...dual) / right.dual).toBeCloseTo(1, 3);
  },
);

it('a start Δ with a very negative Γ, beyond a well that was missed, is shortened before the first step', async () => {
  // F of two points, one of them far out: γ⁻² log of ½(1 + exp(½γ²(cΔ)²)) with γ = 1, so that Γ(40) = −8·10⁴.
  const c = 10;
  let evaluations = 0;
  const found = await maximise(
    {
      labels: Float64Array.of(1),
      temperature: 1e-3,
      tolerance: 1e-9,
      evaluate: ([dual = 0]) => {
        evaluations++;
        const exponent = 0.5 * (c * dual) ** 2;
        const share = 1 / (1 + Math.exp(-exponent));
        const free = exponent + Math.log1p(Math.exp(-exponent)) - Math.LN2;
        const curvature = c * c * share + (c * c * dual) ** 2 * share * (1 - share);
        return { free, output: Float64Array.of(c * c * dual * share), curvature: Float64Array.of(curvature) };
      },
      breathe: () => Promise.resolve(),
      exhausted: () => false,
    },
    Float64Array.of(40),
  );
  const [dual = NaN] = found.dual;
  expect(found.residual).toBeLessThan(1e-9);
  expect(1 - 1e-3 * dual - (c * c * dual) / (1 + Math.exp(-0.5 * (c * dual) ** 2))).toBeCloseTo(0, 9);
  expect(evaluations).toBeLessThan(40);
});
