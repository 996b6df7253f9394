import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { preactivations, solveLinear } from '$lib/theory/bayes/closed';
import { DeepLinearKernel } from '$lib/theory/bayes/deep/linear/deep-linear-kernel';
import { solveDeepTarget } from '$lib/theory/bayes/deep/linear/solve';
import { solveDeepSource } from '$lib/theory/bayes/deep/linear/source';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, makeTask } from '../../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const base: SourceParameters = { ...bayesParameters, activation: 'linear' };

const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const deepOf = (kernel: TrainedKernel): DeepLinearKernel => {
  if (!(kernel instanceof DeepLinearKernel)) throw new Error('not a deep linear kernel');
  return kernel;
};

/** |a − b| / |b|. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const [x, y] = [Array.from(a), Array.from(b)];
  return Math.hypot(...y.map((value, i) => value - (x[i] ?? NaN))) / Math.hypot(...y);
};

describe('limits of deep linear targets', () => {
  const teacher = (x: readonly number[]): number => x.reduce((sum, value, k) => sum + value * Math.cos(k), 0) / Math.sqrt(x.length);
  const other = (x: readonly number[]): number => x.reduce((sum, value, k) => sum + value * Math.cos(k + 0.7), 0) / Math.sqrt(x.length);
  // More dimensions than examples, fewer, and labels far from any teacher.
  const pairs: readonly (readonly [string, Task, Task])[] = [
    ['D > P', makeTask(9, 7, 5, 1, teacher), makeTask(9, 5, 5, 2, other)],
    ['D < P', makeTask(4, 9, 5, 3, teacher), makeTask(4, 8, 5, 4, (x) => Math.sign(other(x)) + 0.2)],
  ];

  it.each(pairs)('L = 1 is the two-layer theory for every δ, %s', (_, first, second) => {
    for (const gamma of [0.2, 1, 5])
      for (const delta of [0, 1e-3, 0.5, 2, 30, 1e5, 1e9]) {
        const own = { ...base, gamma: 0.8 * gamma, temperature: 0.02 };
        const exact = solveLinear(second, own, delta, solveLinear(first, { ...base, gamma }, 0).law);
        const found = solveDeepTarget(solveDeepSource(first, gamma, base.temperature, 1), second, own, delta);
        expect(apart(found.dual, exact.dual)).toBeLessThan(1e-9);
        expect(apart(found.slope, exact.slope)).toBeLessThan(1e-9);
      }
  });

  it('a branch that turns back before twice gamma is told of, and beyond its end there is no answer', async () => {
    const [, first, second] = pairs[0]!;
    const source = await bayes.source(createReferenceBackend(), [{ task: first, parameters: { ...base, depth: 4, gamma: 1 } }], run);
    using kernel = solved(source[0]);
    const at = async (gamma: number): Promise<TrainedKernel | Problem | undefined> => {
      const parameters = { ...base, depth: 4, gamma, temperature: 100 };
      return (await bayes.target(createReferenceBackend(), [{ source: kernel, task: second, parameters, delta: 1 }], run))[0];
    };
    using calm = solved(await at(5));
    expect(calm.warnings).toEqual([]);
    using near = solved(await at(14));
    expect(near.warnings.join()).toMatch(/^the solutions turn back at gamma 22\.3: this target may have several/);
    const beyond = await at(24);
    expect(beyond instanceof Problem && beyond.message).toMatch(/the solution that continues the lazy network ends at gamma 22\.3/);
  });

  it.each(pairs)('δ = 0 is training from scratch, without overlap, %s', (_, first, second) => {
    for (const depth of [2, 3, 4]) {
      const own = { ...base, depth, gamma: 1.7, temperature: 0.03 };
      const found = solveDeepTarget(solveDeepSource(first, 2, 0.05, depth), second, own, 0);
      expect(apart(found.dual, solveDeepSource(second, 1.7, 0.03, depth).dual)).toBeLessThan(1e-10);
      for (const { twins, cross } of found.layers)
        expect([twins, cross].flatMap((one) => [one?.scale, ...(one?.strengths.flat() ?? [])]).every((value) => value === 0)).toBe(true);
    }
  });

  it.each(pairs)('δ → ∞ is regression with the frozen kernel of the source, as 1/δ, %s', (_, first, second) => {
    for (const depth of [2, 3, 4]) {
      const own = { ...base, depth, gamma: 1.2, temperature: 0.03 };
      const from = solveDeepSource(first, 2, 0.05, depth);
      // (X(I + s uuᵀ)Xᵀ/D + T)⁻¹y by conjugate gradients would be another solver: the residual of the found Δ says the same.
      const strength = ((1 + from.excess) ** depth - 1) / from.square;
      const missed = (delta: number): number => {
        const { dual } = solveDeepTarget(from, second, own, delta);
        const v = new Float64Array(second.dimension);
        dual.forEach((value, p) => {
          for (let k = 0; k < v.length; k++) v[k]! += ((second.trainInputs[p * v.length + k] ?? NaN) * value) / Math.sqrt(v.length);
        });
        const along = v.reduce((sum, value, k) => sum + value * (from.direction[k] ?? NaN), 0);
        const frozen = preactivations(
          second.trainInputs,
          v.map((value, k) => value + strength * along * (from.direction[k] ?? NaN)),
        );
        return apart(
          frozen.map((value, p) => value + own.temperature * (dual[p] ?? NaN)),
          second.trainLabels,
        );
      };
      const [coarse, fine, finest] = [missed(1e3), missed(1e6), missed(1e9)];
      expect(fine).toBeLessThan(1e-4);
      expect(coarse / fine).toBeGreaterThan(500);
      expect(finest).toBeLessThan(1e-7);
    }
  });

  it('γ_t = 0 is regression with features that only remember the source, reached continuously', () => {
    const [[, first, second]] = pairs as [(typeof pairs)[number]];
    const from = solveDeepSource(first, 2, 0.05, 3);
    const at = (gamma: number) => solveDeepTarget(from, second, { ...base, depth: 3, gamma }, 2);
    expect(apart(at(1e-5).dual, at(0).dual)).toBeLessThan(1e-8);
  });

  it('overlaps rise with δ from 0 to 1, and those of two targets and of source and target meet', async () => {
    const backend = createReferenceBackend();
    const [[, first, second]] = pairs as [(typeof pairs)[number]];
    const parameters = { ...base, depth: 3, gamma: 1.5 };
    const from = solved((await bayes.source(backend, [{ task: first, parameters }], run))[0]);
    const deltas = [0, 0.3, 3, 30, 1e6];
    const targets = await bayes.target(
      backend,
      deltas.map((delta) => ({ source: from, delta, task: second, parameters })),
      run,
    );
    const overlaps = targets.map((target) => deepOf(solved(target)).overlaps()?.at(-1));
    overlaps.slice(1).forEach((overlap, i) => {
      expect(overlap?.targets).toBeGreaterThan(overlaps[i]?.targets ?? NaN);
      expect(overlap?.source).toBeGreaterThan(overlaps[i]?.source ?? NaN);
    });
    expect(overlaps[0]).toEqual({ targets: 0, source: 0 });
    expect(overlaps[4]?.targets).toBeCloseTo(1, 4);
    expect(overlaps[4]?.source).toBeCloseTo(1, 4);
  });
});

describe('deep linear targets at the edges', () => {
  const task = (seed: number, scale: number): Task => {
    const made = makeTask(6, 5, 3, seed, (x) => (x[0] ?? 0) - Math.cos(seed) * (x[1] ?? 0));
    return { ...made, trainLabels: made.trainLabels.map((y) => scale * y) };
  };

  // Large and small labels, rich and lazy on either side, unrelated tasks; Δ solves its own kernel.
  it('thirty-six problems are solved to 1e-8', () => {
    let k = 0;
    for (const depth of [2, 3, 4])
      for (const [gammaS, gammaT] of [
        [0.1, 30],
        [30, 0.1],
        [10, 10],
        [100, 50],
      ] as const)
        for (const delta of [1e-3, 2, 1e8]) {
          const [first, second] = [task(++k, 1), task(k + 100, k % 3 === 0 ? 20 : 1)];
          const found = solveDeepTarget(solveDeepSource(first, gammaS, 0.05, depth), second, { ...base, depth, gamma: gammaT }, delta);
          const f = preactivations(second.trainInputs, found.slope);
          const left = apart(
            f.map((value, p) => value + base.temperature * (found.dual[p] ?? NaN)),
            second.trainLabels,
          );
          expect(left, `L = ${depth}, γ = ${gammaS}, ${gammaT}, δ = ${delta}`).toBeLessThan(1e-8);
          expect(found.saddle.left).toBeLessThan(1e-9);
          for (const { load } of found.saddle.layers) expect(load.value).toBeLessThan(1);
        }
  });

  it('a target of labels that are all zero predicts zero, and so does not depend on the source', () => {
    const found = solveDeepTarget(solveDeepSource(task(1, 1), 2, 0.05, 3), task(2, 0), { ...base, depth: 3 }, 1);
    expect([...found.dual, ...found.slope].every((value) => value === 0)).toBe(true);
  });

  it('a source of labels that are all zero leaves nothing but a prior', () => {
    const found = solveDeepTarget(solveDeepSource(task(1, 0), 2, 0.05, 2), task(2, 1), { ...base, depth: 2 }, 1);
    expect(found.saddle.r).toBe(0);
    expect(found.dual.every(Number.isFinite)).toBe(true);
  });
});
