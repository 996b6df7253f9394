import { describe, expect, it } from 'vitest';
import { normals } from '$lib/base/philox';
import { verdictText } from '$lib/theory/bayes/conditional/outcome';
import { solveConditional, whole, type Believed } from '$lib/theory/bayes/conditional/solve';
import { landscapeOf } from '$lib/theory/bayes/wells/landscape';
import { slopes } from '$lib/theory/bayes/wells/newton';
import { makeTask } from '../../../support/task';

const effort = { own: 24, last: 48, rounds: 32, seed: 1, yieldToDevice: () => Promise.resolve() };
const tolerance = { residual: 0.03, kernel: 0.06 };
const temperature = 0.05;

/** Plants faults in what the particles are said to have found for a target of three directions. */
describe.each([
  ['erf', 1, 2],
  ['tanh', 2, 6],
  ['erf', 3, 1],
] as const)('weighted samples of a target, %s, γ = %d, δ = %d,', (activation, gamma, delta) => {
  const task = makeTask(3, 6, 4, 11, ([a = 0, b = 0]) => Math.sign(a * b));
  const land = landscapeOf(task, activation, gamma);
  const kappa = delta / (1 + delta);
  const means = normals(256 * 3, { seed: 3, stream: 5, step: 0 }).map((value) => kappa * value);
  const anchored = { few: { means, stiffness: 1 + delta }, many: { means, stiffness: 1 + delta } };
  const size = task.trainLabels.length;
  const judged = (believed: Pick<Believed, 'dual' | 'kernel'>, change = {}) =>
    solveConditional(land, task, temperature, anchored, { ...believed, tolerance }, { ...effort, ...change });
  const right = async () => {
    const { found } = await judged({ dual: new Float64Array(size), kernel: new Float64Array(size * size).fill(1) });
    if (!found) throw new Error('the samples do not settle');
    const { kernel } = slopes(found.pool, { labels: task.trainLabels, gamma, temperature }, found.dual, found.at);
    return { dual: found.dual, kernel: whole(kernel, size) };
  };

  it(
    'agree with what is right, and neither with a Δ that is 0 or 10 % off nor with a kernel of half the correlations',
    { timeout: 100_000 },
    async () => {
      const found = await right();
      const other = { seed: 2, rounds: 1 };
      expect((await judged(found, other)).verdict.agrees).toBe(true);
      const far = await judged({ ...found, dual: found.dual.map((value) => 1.1 * value) }, other);
      expect(far.verdict.agrees).toBe(false);
      expect(far.found).toBeUndefined();
      const still = await judged({ dual: new Float64Array(size), kernel: found.kernel }, other);
      expect(still.verdict.agrees).toBe(false);
      const frozen = await judged(
        { ...found, kernel: found.kernel.map((value, at) => (at % (size + 1) === 0 ? value : 0.5 * value)) },
        other,
      );
      expect(frozen.verdict.kernel).toBeGreaterThan(0.1);
      expect(verdictText(frozen.verdict)).toMatch(/kernels differ by \d+ %/);
    },
  );
});
