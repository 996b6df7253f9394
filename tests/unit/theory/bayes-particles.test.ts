import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import type { TrainedKernel } from '$lib/theory/theory';
import { meanSquare, pairs, planeSource, planeTarget } from '../../support/plane';
import { quadraturePredict, quadratureSource, quadratureTarget } from '../../support/quadrature';
import { bayesParameters } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };

const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};

const temperature = 0.05;
const deltas = [0.1, 1, 10];
// Smooth densities converge spectrally; relu has a kink, and tails that reach further.
const grids = { erf: { halfWidth: 8, points: 65 }, tanh: { halfWidth: 8, points: 65 }, relu: { halfWidth: 11, points: 111 } } as const;

function exactErrors(activation: 'erf' | 'relu' | 'tanh', gamma: number, grid: { halfWidth: number; points: number }): number[] {
  const common = { activation, gamma, temperature };
  const source = quadratureSource({ ...common, inputs: pairs(planeSource.trainInputs), labels: [...planeSource.trainLabels] }, grid);
  const target = { ...common, inputs: pairs(planeTarget.trainInputs), labels: [...planeTarget.trainLabels] };
  const laws = deltas.map((delta) => quadratureTarget(target, delta, source));
  return [
    meanSquare(quadraturePredict(source, pairs(planeSource.testInputs)), planeSource.testLabels),
    ...laws.map((law) => meanSquare(quadraturePredict(law, pairs(planeTarget.testInputs)), planeTarget.testLabels)),
  ];
}

describe.each(['erf', 'relu', 'tanh'] as const)('particles against quadrature in two dimensions: %s', (activation) => {
  it.each([0.5, 2])('γ = %d', { timeout: 120_000 }, async (gamma) => {
    const exact = exactErrors(activation, gamma, grids[activation]);
    const backend = createReferenceBackend();
    const parameters = { ...bayesParameters, activation, gamma, temperature, particles: 2048 };
    const [first] = await bayes.source(backend, [{ task: planeSource, parameters }], run);
    const source = solved(first);
    const targets = await bayes.target(
      backend,
      deltas.map((delta) => ({ source, delta, task: planeTarget, parameters })),
      run,
    );
    for (const [index, kernel] of [source, ...targets.map(solved)].entries()) {
      const { test, stderr } = await kernel.errors(run);
      const truth = exact[index] ?? NaN;
      expect(Math.abs(test / truth - 1), `point ${index}`).toBeLessThan(0.03);
      expect(Math.abs(test - truth), `point ${index}`).toBeLessThan(4 * (stderr?.test ?? NaN));
      expect(kernel.warnings).toEqual([]);
      kernel[Symbol.dispose]();
    }
    expect(backend.liveBytes).toBe(0);
  });
});
