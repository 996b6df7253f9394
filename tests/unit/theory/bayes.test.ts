import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { isAbort, Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { digits } from '$lib/data/images';
import { bayes } from '$lib/theory/bayes';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { meanSquare, pairs, planeSource, planeTarget } from '../../support/plane';
import { quadratureSource } from '../../support/quadrature';
import { bayesParameters, makeTask } from '../../support/task';
import { fileSource } from '../data/files';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const quick: Run = { ...run, quality: 'coarse' };
const wave = (x: readonly number[]): number => Math.sign(Math.sin((x[0] ?? 0) + 0.7 * (x[1] ?? 0)));
const smallSource = makeTask(6, 20, 30, 5, wave);
const smallTarget = makeTask(6, 8, 30, 6, wave);

function solved<T extends TrainedKernel>(result: T | Problem | undefined): T {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
}

const backend = await createCpuBackend({ threads: 1 });
const source = async (parameters: SourceParameters, task: Task = smallSource, how = run): Promise<TrainedKernel> =>
  solved((await bayes.source(backend, [{ task, parameters }], how))[0]);
const targets = async (from: TrainedKernel, deltas: readonly number[], task: Task = smallTarget, how = run, parameters = from.parameters) =>
  (
    await bayes.target(
      backend,
      deltas.map((delta) => ({ source: from, delta, task, parameters })),
      how,
    )
  ).map(solved);

describe('linear networks', () => {
  it('give a kernel that fits their Δ to rounding, up to δ = 10⁶', async () => {
    for (const gamma of [0.1, 1, 3]) {
      const from = await source({ ...bayesParameters, activation: 'linear', gamma });
      expect(from.health.residual).toBeLessThan(1e-10);
      for (const kernel of await targets(from, [0, 0.01, 1, 1000, 1e6])) {
        expect(kernel.health.residual).toBeLessThan(1e-10);
        expect((await kernel.errors(run)).variance).toBe(0);
      }
    }
  });

  it('agree by particles with the closed form', { timeout: 300_000 }, async () => {
    const parameters = { ...bayesParameters, activation: 'linear' as const, gamma: 1, particles: 2048 };
    const exact = await source(parameters);
    const sampled = await source({ ...parameters, solver: 'particles' });
    const ends = [0.1, 10];
    const pairsOf = [[exact, sampled] as const];
    const exactTargets = await targets(exact, ends);
    const sampledTargets = await targets(sampled, ends);
    exactTargets.forEach((kernel, i) => pairsOf.push([kernel, sampledTargets[i] ?? kernel] as const));
    for (const [one, other] of pairsOf) {
      const truth = await one.errors(run);
      const got = await other.errors(run);
      expect(Math.abs(got.test / truth.test - 1)).toBeLessThan(0.03);
      expect(Math.abs(got.test - truth.test)).toBeLessThan(4 * (got.stderr?.test ?? 0));
    }
  });
});

describe('limits of the elastic coupling', () => {
  const parameters = { ...bayesParameters, gamma: 1, particles: 256 };

  it('δ = 0: the source leaves no trace', async () => {
    const one = await source(parameters, smallSource, quick);
    const other = await source({ ...parameters, gamma: 0.3 }, smallSource, quick);
    const [a] = await targets(one, [0], smallTarget, quick, parameters);
    const [b] = await targets(other, [0], smallTarget, quick, parameters);
    expect((await a?.errors(run))?.test).toBeCloseTo((await b?.errors(run))?.test ?? NaN, 12);
  });

  it('δ → ∞: kernel regression with the kernel of the source', { timeout: 300_000 }, async () => {
    const from = await source({ ...parameters, solver: 'particles', particles: 16384 }, planeSource);
    expect(from.health.nodes).toBeUndefined();
    const [kernel] = await targets(from, [1e6], planeTarget);
    const law = quadratureSource(
      { activation: 'erf', inputs: pairs(planeSource.trainInputs), labels: [...planeSource.trainLabels], gamma: 1, temperature: 0.05 },
      { halfWidth: 8, points: 65 },
    );
    // The frozen kernel, exactly: features of the grid weighted by the source's density.
    const rows = law.density.length;
    const side = law.grid.points;
    const weights = Float64Array.from(
      { length: 2 * rows },
      (_, i) => -8 + (16 * (i % 2 ? (i >> 1) % side : Math.floor((i >> 1) / side))) / (side - 1),
    );
    using w = backend.upload({ rows, columns: 2 }, weights);
    using x = backend.upload({ rows: 5, columns: 2 }, planeTarget.trainInputs);
    using z = backend.upload({ rows: 40, columns: 2 }, planeTarget.testInputs);
    const train = await backend.read(backend.features('erf', w, x).values);
    using plain = backend.upload({ rows, columns: 5 }, train);
    using weighted = backend.upload(
      { rows, columns: 5 },
      train.map((value, i) => value * (law.density[Math.floor(i / 5)] ?? NaN)),
    );
    using frozen = backend.product(plain, weighted, { transposeA: true });
    using system = backend.addDiagonal(frozen, 0.05);
    using factor = backend.cholesky(system);
    using labels = backend.upload({ rows: 5, columns: 1 }, planeTarget.trainLabels);
    using dual = backend.solve(factor, labels);
    using cross = backend.product(backend.features('erf', w, z).values, weighted, { transposeA: true });
    const truth = meanSquare([...(await backend.read(backend.product(cross, dual)))], planeTarget.testLabels);
    const { test, stderr } = (await kernel?.errors(run)) ?? { test: NaN };
    expect(Math.abs(test / truth - 1)).toBeLessThan(0.03);
    expect(Math.abs(test - truth)).toBeLessThan(4 * (stderr?.test ?? 0));
  });

  it('γ → 0: the NNGP with prior variance 1/(1+δ) + κ²', async () => {
    const from = await source({ ...parameters, gamma: 1e-3 }, smallSource, run);
    for (const [index, kernel] of (await targets(from, [0, 1, 50], smallTarget, run)).entries()) {
      const delta = [0, 1, 50][index] ?? NaN;
      const variance = 1 / (1 + delta) + (delta / (1 + delta)) ** 2;
      using x = backend.upload({ rows: 8, columns: 6 }, smallTarget.trainInputs);
      using gram = backend.combine([[variance, backend.gram(x)]]);
      const { kernel: exact } = backend.nngp('erf', gram, backend.diagonal(gram), backend.diagonal(gram));
      const [a, b] = [await backend.read(exact), await backend.read(kernel.train)];
      a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 4));
    }
  });
});

describe('health', () => {
  it.each([2, 5])(
    'is within bounds on the digits at γ = %d, source and targets, without a warning',
    { timeout: 300_000 },
    async (gamma) => {
      const draw = (positive: number[], negative: number[], train: number): Promise<Task> =>
        digits({ positive, negative, train, test: 20, seed: 1 }, fileSource(), run.signal);
      const from = await source({ ...bayesParameters, gamma }, await draw([0, 1, 2, 3, 4], [5, 6, 7, 8, 9], 150));
      const kernels = [from, ...(await targets(from, [0.01, 10, 1000], await draw([0, 1, 2], [5, 6, 7], 12)))];
      for (const { health, warnings } of kernels) {
        expect(Math.abs((health.virial ?? NaN) - 1)).toBeLessThan(0.05);
        expect(health.residual).toBeLessThan(0.02);
        expect(warnings).toEqual([]);
      }
    },
  );

  it('tells when the step is ten times too long', { timeout: 300_000 }, async () => {
    const { health, warnings } = await source({ ...bayesParameters, gamma: 2, stretch: 10 });
    expect(Math.abs((health.virial ?? NaN) - 1)).toBeGreaterThan(0.05);
    expect(warnings.join()).toMatch(/virial identity off by/);
  });

  it('refuses the quadratic activation where its particles escape', { timeout: 300_000 }, async () => {
    const product = makeTask(2, 8, 10, 3, ([a = 0, b = 0]) => a * b);
    const [result] = await bayes.source(
      backend,
      [{ task: product, parameters: { ...bayesParameters, activation: 'quadratic', gamma: 2 } }],
      run,
    );
    expect(result).toBeInstanceOf(Problem);
    expect((result as Problem).message).toMatch(/not normalisable/);
    const calm = await source({ ...bayesParameters, activation: 'quadratic', gamma: 0.1 }, product);
    expect(calm.warnings.join()).toMatch(/metastable/);
  });
});

describe('running', () => {
  it('a point does not depend on who shares its batch', async () => {
    const from = await source({ ...bayesParameters, particles: 128 }, smallSource, quick);
    const together = await targets(from, [0.1, 1, 10], smallTarget, quick);
    for (const [index, delta] of [0.1, 1, 10].entries()) {
      const [alone] = await targets(from, [delta], smallTarget, quick);
      expect((await alone?.errors(run))?.test).toBe((await together[index]?.errors(run))?.test);
    }
  });

  // In the annealing, and among the snapshots.
  it.each([0.2, 0.85])('stops when it is told to, after %d, and leaves nothing behind', async (stopAt) => {
    const own = createReferenceBackend();
    const controller = new AbortController();
    const steps: number[] = [];
    const stopping: Run = {
      signal: controller.signal,
      quality: 'fine',
      progress: (fraction) => {
        steps.push(fraction);
        if (fraction > stopAt) controller.abort();
      },
    };
    const outcome = await bayes
      .source(own, [{ task: smallSource, parameters: bayesParameters }], stopping)
      .catch((error: unknown) => error);
    expect(isAbort(outcome)).toBe(true);
    expect(Math.max(...steps)).toBeLessThan(1);
    expect(own.liveBytes).toBe(0);
  });

  it('refuses labels and richness beyond double precision instead of a wrong closed form', async () => {
    const linear = { ...bayesParameters, activation: 'linear' as const, gamma: 1e5 };
    const huge = (task: Task): Task => ({ ...task, trainLabels: task.trainLabels.map((y) => 1e30 * y) });
    const from = await source(linear, huge(smallSource), run);
    const [result] = await bayes.target(backend, [{ source: from, delta: 1000, task: huge(smallTarget), parameters: linear }], run);
    expect(result instanceof Problem && result.message).toMatch(/^gamma: too large for labels of this size/);
  });

  it('says what is wrong with a point and computes the others', async () => {
    const good = { ...bayesParameters, activation: 'linear' as const };
    const results = await bayes.source(
      backend,
      [good, { ...good, depth: 5 }, { ...good, temperature: 0 }, { ...bayesParameters, solver: 'closed' as const }].map((parameters) => ({
        task: smallSource,
        parameters,
      })),
      run,
    );
    expect(results[0]).not.toBeInstanceOf(Problem);
    expect(results.slice(1).map((result) => (result instanceof Problem ? result.path : []))).toEqual([
      ['depth'],
      ['temperature'],
      ['solver'],
    ]);
  });
});
