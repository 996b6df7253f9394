import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { normals, uniforms } from '$lib/base/philox';
import { activationFunctions } from '$lib/base/special';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { lookAt } from '$lib/theory/bayes/conditional/looks';
import { biasOf, spotOf, spotVerdict, type Spot } from '$lib/theory/bayes/conditional/spot';
import type { Outcome } from '$lib/theory/bayes/outcome';
import { groups } from '$lib/theory/common/jackknife';
import { Slices } from '$lib/theory/slices';
import { quietly } from '../../../support/networks';
import { bayesParameters, makeTask } from '../../../support/task';

const backend = await createCpuBackend({ threads: 1 });

describe('the bias of a kernel from pairs of its parts', () => {
  const n = 100;
  const noise = (seed: number): Float64Array => normals(groups * n, { seed, stream: 99, step: 0 }).map((value) => 0.5 * value);
  const parts = (seed: number, value: (k: number) => number): Float64Array => noise(seed).map((one, at) => one + value(at % n));

  it('is that which was planted, and none of the noise that is larger', () => {
    const shape = (k: number): number => Math.sin(k) + 1.5;
    for (const seed of [1, 2, 3]) {
      const planted = biasOf(
        parts(seed, shape),
        parts(10 + seed, (k) => 1.2 * shape(k)),
        n,
      );
      expect(Math.abs(planted.off - 0.2)).toBeLessThan(Math.max(0.04, 3 * planted.noise));
      expect(planted.off).toBeGreaterThan(4 * planted.noise);
      const none = biasOf(parts(seed, shape), parts(20 + seed, shape), n);
      expect(none.off).toBeLessThan(0.06);
    }
  });
});

/**
 * Particles about anchors of the prior under a Δ of one's own: the right law, made by resampling a thousand samples of the conditional prior about each
 * anchor, and for the fault that prior itself.
 */
const outcomeOf = (
  activation: 'erf' | 'tanh',
  dimension: number,
  gamma: number,
  delta: number,
  strength: number,
  right: boolean,
): Outcome => {
  const particles = 512;
  const task = makeTask(dimension, 10, 2, 7, ([a = 0, b = 0]) => Math.sign(a * b));
  const size = task.trainLabels.length;
  const dual = task.trainLabels.map((y) => strength * y);
  const { value } = activationFunctions[activation];
  const key = { seed: 3, stream: 98 };
  const [kappa, deviation] = [delta / (1 + delta), 1 / Math.sqrt(1 + delta)];
  const anchor = normals(particles * dimension, { ...key, step: 0 });
  const tries = right ? 400 : 1;
  const snapshots = [0, 1].map((k) => {
    const chance = uniforms(particles, { ...key, step: 1 + k });
    const w = new Float64Array(particles * dimension);
    for (let i = 0; i < particles; i++) {
      const mean = anchor.subarray(i * dimension, (i + 1) * dimension);
      const all = normals(tries * dimension, { ...key, step: 10 + 2 * i + k }).map(
        (one, at) => kappa * mean[at % dimension]! + deviation * one,
      );
      const weights = Float64Array.from({ length: tries }, (_, t) => {
        let s = 0;
        for (let p = 0; p < size; p++) {
          let h = 0;
          for (let d = 0; d < dimension; d++) h += (all[t * dimension + d]! * task.trainInputs[p * dimension + d]!) / Math.sqrt(dimension);
          s += dual[p]! * value(h);
        }
        return Math.exp(0.5 * gamma * gamma * s * s);
      });
      let left = chance[i]! * weights.reduce((sum, weight) => sum + weight, 0);
      let chosen = 0;
      while (chosen < tries - 1 && left > weights[chosen]!) left -= weights[chosen++]!;
      w.set(all.subarray(chosen * dimension, (chosen + 1) * dimension), i * dimension);
    }
    return backend.upload({ rows: particles, columns: dimension }, w);
  });
  const held = backend.upload({ rows: particles, columns: dimension }, anchor);
  return {
    point: {
      task,
      parameters: { ...bayesParameters, activation, gamma },
      delta,
      anchor: { weights: held, controlVariate: held, variance: 1, stage: 0 },
    },
    law: { activation, snapshots, controlVariates: [held], variance: 1, control: 0 },
    train: held,
    health: { virial: 1, residual: 0 },
    warnings: [],
    dual,
    strain: 0,
  };
};

describe('a look at the particles of a target over many directions', () => {
  it.each([
    ['erf', 7, 1, 1, 0.6],
    ['tanh', 9, 1.2, 0.3, 0.5],
    ['erf', 12, 1, 3, 0.6],
  ] as const)(
    'of %s in %i directions passes the right law and tells of the prior in its place',
    async (activation, dimension, gamma, delta, strength) => {
      const slices = new Slices(backend, quietly(), 1);
      const right = await spotOf(slices, outcomeOf(activation, dimension, gamma, delta, strength, true));
      const wrong = await spotOf(slices, outcomeOf(activation, dimension, gamma, delta, strength, false));
      expect(right.counting).toBeGreaterThan(0.15);
      expect(spotVerdict(right)).toBe('right');
      expect(right.off).toBeLessThan(Math.max(0.06, 3 * right.noise));
      expect(spotVerdict(wrong)).toBe('wrong');
      expect(right.outputs!.off).toBeLessThan(Math.max(0.1, 3 * right.outputs!.noise));
      expect(wrong.outputs!.off).toBeGreaterThan(4 * wrong.outputs!.noise);
    },
  );

  // The first is a target with 3.4 times the right train error, the others are right (tanh and erf, γ = 1 to 4, δ = 10 and 1000).
  it.each([
    [0.058, 0.018, 3.95, 0.43, 'wrong'],
    [0.043, 0.039, 0.034, 0.274, 'right'],
    [0.035, 0.035, 0.031, 0.051, 'right'],
    [0.058, 0.018, 0.3, 0.1, 'right'],
  ] as const)('with a kernel %d ± %d and outputs %d ± %d off finds it %s', (off, noise, outputs, outputsNoise, verdict) => {
    const spot: Spot = { off, noise, counting: 0.7, outputs: { off: outputs, noise: outputsNoise } };
    expect(spotVerdict(spot)).toBe(verdict);
  });
});

describe('looks at the targets of one batch', () => {
  const right: Spot = { off: 0.03, noise: 0.01, counting: 0.5 };
  const wrong = (off: number): Spot => ({ off, noise: 0.01, counting: 0.5 });
  const unknown: Spot = { off: 0.03, noise: 0.01, counting: 0.07 };
  const told = async (spots: readonly Spot[], works: readonly number[]) => {
    const looked: number[] = [];
    const texts = await lookAt(works, (index) => {
      looked.push(index);
      return Promise.resolve(spots[index]!);
    });
    return { looked, texts: texts.map((text) => text ?? '') };
  };

  it('tell of a target that its own samples cannot check', async () => {
    const { texts } = await told([unknown], [1e9]);
    expect(texts[0]).toMatch(/cannot check .* only 7 % of the samples count/);
    expect((await told([{ ...wrong(0.3), counting: NaN }], [1])).texts[0]).toContain('cannot check');
  });

  it('tell of outputs that are off, with a kernel that is not', async () => {
    const { texts } = await told([{ off: 0.04, noise: 0.02, counting: 0.7, outputs: { off: 3.9, noise: 0.4 } }], [1]);
    expect(texts[0]).toContain('a kernel 4 % apart');
    expect(texts[0]).toContain('outputs 390 % of the labels');
  });

  it('do not take one that cannot tell for the free one', async () => {
    const { looked, texts } = await told([unknown, wrong(0.2), right], [1e9, 1e9, 1e9]);
    expect(looked).toEqual([0, 1]);
    expect(texts[1]).toContain('20 % apart');
    expect(texts[2]).toMatch(/not checked.*20 % apart/);
  });

  it('end where none tells, and say so of those that are left', async () => {
    const { looked, texts } = await told(Array<Spot>(6).fill(unknown), Array<number>(6).fill(1e9));
    expect(looked).toEqual([0, 1, 2]);
    for (const text of texts.slice(3)) expect(text).toMatch(/not checked.*too few count/);
  });

  it('tell those that were passed over of the largest fault, whichever came first', async () => {
    const { looked, texts } = await told([right, right, wrong(0.15), wrong(0.4)], [1e6, 1e9, 1e6, 1e6]);
    expect(looked).toEqual([0, 2, 3]);
    expect(texts[0]).toBe('');
    expect(texts[1]).toMatch(/not checked.*40 % apart/);
    expect(texts[2]).toContain('15 % apart');
  });

  it('say nothing of those left where those under a stronger force are right', async () => {
    const { looked, texts } = await told([right, unknown, wrong(0.3)], [1e9, 1e9, 1e9]);
    expect(looked).toEqual([0]);
    expect(texts).toEqual(['', '', '']);
  });
});

describe('a rich target of eight directions whose wells are filled wrongly', () => {
  const first = makeTask(8, 8, 2, 61, ([a = 0]) => Math.sign(a));
  const stripes = makeTask(8, 12, 2, 56, ([a = 0, b = 0]) => Math.sign(Math.sin(2.2 * (0.8 * a + 0.6 * b) + 0.3)));
  /** Steps of a run that needs no repair. */
  const base = 161;

  it.each([
    ['as it comes', stripes, 0.05, 'erf', 512, false],
    ['at a small temperature', stripes, 0.005, 'tanh', 128, false],
    ['after its run is repaired', stripes, 0.05, 'erf', 64, true],
    // The look is at the samples that the repair took.
  ] as const)('is told of %s', async (_, second, temperature, activation, particles, repaired) => {
    const parameters = { ...bayesParameters, activation, gamma: repaired ? 30 : 5, temperature, particles };
    const [source] = await bayes.source(
      backend,
      [{ task: first, parameters: { ...parameters, activation: 'linear', gamma: 1 } }],
      quietly(),
    );
    if (!source || source instanceof Problem) throw source ?? new Error('no source');
    const [kernel] = await bayes.target(backend, [{ source, task: second, delta: 3, parameters }], quietly());
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    expect((kernel.health.steps ?? 0) > base).toBe(repaired);
    expect(kernel.warnings.join()).toContain('weighted samples');
  });
});
