import { describe, expect, it } from 'vitest';
import { normals } from '$lib/base/philox';
import { erf } from '$lib/base/special';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { alarmOf } from '$lib/theory/bayes/wells/alarm';
import { landscapeOf } from '$lib/theory/bayes/wells/landscape';
import { alarmTexts, fewTexts } from '$lib/theory/bayes/wells/outcome';
import { solveStrata, type Strata } from '$lib/theory/bayes/wells/solve';
import type { Task } from '$lib/theory/theory';
import { bayesParameters } from '../../support/task';

const taskOf = (dimension: number, inputs: Float64Array, label: (x: Float64Array, row: number) => number): Task => {
  const trainLabels = Float64Array.from({ length: inputs.length / dimension }, (_, row) =>
    label(inputs.subarray(row * dimension, (row + 1) * dimension), row),
  );
  return { dimension, trainInputs: inputs, trainLabels, testInputs: inputs, testLabels: trainLabels };
};

const gaussian = (rows: number, dimension: number, seed: number): Float64Array => normals(rows * dimension, { seed, stream: 5, step: 0 });

/** Labels ±1 in stripes over two dimensions: the law of a neuron has wells at |w| from 2 to 11 (γ = 2, T = 0.05). */
const stripes = taskOf(
  2,
  gaussian(12, 2, 3).map((value) => 1.2 * value),
  ([x = 0]) => Math.sign(Math.sin(2.5 * x + 0.3)),
);

/** The same in `dimension` dimensions: rotated, X Xᵀ/D kept. */
const rotated = (task: Task, dimension: number): Task => {
  const basis: Float64Array[] = [];
  for (let j = 0; j < task.dimension; j++) {
    const v = gaussian(1, dimension, 50 + j);
    for (const b of basis) {
      const along = v.reduce((sum, value, k) => sum + value * b[k]!, 0);
      v.forEach((value, k) => (v[k] = value - along * b[k]!));
    }
    const length = Math.hypot(...v);
    basis.push(v.map((value) => value / length));
  }
  const scale = Math.sqrt(dimension / task.dimension);
  const inputs = new Float64Array((task.trainInputs.length / task.dimension) * dimension);
  task.trainInputs.forEach((value, i) => {
    const row = Math.floor(i / task.dimension);
    for (let k = 0; k < dimension; k++) inputs[row * dimension + k]! += scale * value * basis[i % task.dimension]![k]!;
  });
  return { ...task, dimension, trainInputs: inputs, testInputs: inputs };
};

/** Φ of p ∝ exp(−½|w|² + ½γ²(Δ·φ)²) over the plane by a grid of step 0.05 out to |w| = 16 a side; nothing is shared with what is tested. */
function kernelOnGrid({ trainInputs }: Task, dual: Float64Array, gamma: number): Float64Array {
  const size = dual.length;
  const rows: { phi: number[]; log: number }[] = [];
  for (let a = -16; a <= 16; a += 0.05)
    for (let b = 0.025; b <= 16; b += 0.05) {
      const phi = Array.from(dual, (_, p) => erf((a * trainInputs[2 * p]! + b * trainInputs[2 * p + 1]!) / Math.SQRT2));
      const s = phi.reduce((sum, value, p) => sum + value * dual[p]!, 0);
      rows.push({ phi, log: -0.5 * (a * a + b * b) + 0.5 * gamma * gamma * s * s });
    }
  const most = rows.reduce((greatest, { log }) => Math.max(greatest, log), -Infinity);
  const kernel = new Float64Array(size * size);
  let total = 0;
  for (const { phi, log } of rows) {
    const weight = Math.exp(log - most);
    if (weight < 1e-12) continue;
    total += weight;
    for (let p = 0; p < size; p++) for (let q = 0; q < size; q++) kernel[p * size + q]! += weight * phi[p]! * phi[q]!;
  }
  return kernel.map((value) => value / total);
}

const strataOf = async (task: Task, activation: 'erf' | 'tanh', gamma: number, temperature: number, seed = 1): Promise<Strata> => {
  const land = landscapeOf(task, activation, gamma);
  const strata = await solveStrata(land, task, temperature, { seed, samples: 4096, rounds: 30, yieldToDevice: () => Promise.resolve() });
  if (!strata) throw new Error('the strata do not settle');
  return strata;
};

/** Φ of weighted samples. */
const weighted = (task: Task, activation: 'erf' | 'tanh', { points, weights }: Strata): Float64Array => {
  const { rank, examples, coordinates } = landscapeOf(task, activation, 1);
  const kernel = new Float64Array(examples * examples);
  weights.forEach((weight, i) => {
    const phi = Array.from({ length: examples }, (_, p) => {
      let h = 0;
      for (let j = 0; j < rank; j++) h += coordinates[p * rank + j]! * points[i * rank + j]!;
      return activation === 'erf' ? erf(h) : Math.tanh(h);
    });
    for (let p = 0; p < examples; p++) for (let q = 0; q < examples; q++) kernel[p * examples + q]! += weight * phi[p]! * phi[q]!;
  });
  return kernel;
};

const left = ({ trainLabels }: Task, kernel: Float64Array, dual: Float64Array, temperature: number): number => {
  const size = dual.length;
  const missing = trainLabels.map(
    (y, p) => y - temperature * dual[p]! - dual.reduce((sum, value, q) => sum + kernel[p * size + q]! * value, 0),
  );
  return Math.hypot(...missing) / Math.hypot(...trainLabels);
};

const run = { signal: new AbortController().signal, quality: 'fine', progress: () => undefined } as const;

const kernelOf = async (task: Task, change: Partial<typeof bayesParameters>) => {
  const backend = await createCpuBackend({ threads: 1 });
  const [kernel] = await bayes.source(backend, [{ task, parameters: { ...bayesParameters, ...change } }], run);
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  const matrix = await backend.read(kernel.train);
  kernel[Symbol.dispose]();
  return { matrix, health: kernel.health, warnings: kernel.warnings };
};

const apart = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b);

describe('a source over strata', () => {
  it('of stripes has the Δ and the kernel of quadrature, the same in 2 and in 30 dimensions', { timeout: 300_000 }, async () => {
    const strata = await strataOf(stripes, 'erf', 2, 0.05);
    const exact = kernelOnGrid(stripes, strata.dual, 2);
    expect(left(stripes, exact, strata.dual, 0.05)).toBeLessThan(0.02);
    for (const dimension of [5, 30]) {
      const { matrix, warnings } = await kernelOf(rotated(stripes, dimension), { activation: 'erf', gamma: 2, temperature: 0.05 });
      expect(apart(matrix, exact)).toBeLessThan(0.03);
      expect(warnings).toEqual([]);
    }
  });

  it.each([
    ['T = 0.001', taskOf(4, gaussian(8, 4, 7), ([a = 0, b = 0]) => Math.sign(a * b)), 'erf', 2, 0.001],
    [
      'every example twice',
      taskOf(5, Float64Array.from([...gaussian(6, 5, 8), ...gaussian(6, 5, 8)]), ([a = 0]) => Math.sign(a)),
      'tanh',
      1.5,
      0.05,
    ],
    [
      'saturated inputs',
      taskOf(
        3,
        gaussian(5, 3, 9).map((value) => 1e6 * value),
        (_, row) => (row % 2 === 0 ? 1 : -1),
      ),
      'erf',
      2,
      0.05,
    ],
  ] as const)(
    'settles at %s: two seeds agree, and fresh samples of the law fit the Δ',
    { timeout: 300_000 },
    async (_, task, activation, gamma, t) => {
      const [one, two] = [await strataOf(task, activation, gamma, t), await strataOf(task, activation, gamma, t, 2)];
      expect(apart(weighted(task, activation, one), weighted(task, activation, two))).toBeLessThan(0.03);
      expect(one.effective).toBeGreaterThan(500);
      expect(one.residual).toBeLessThan(0.15);
    },
  );
});

it('tells of weighted samples that are worth few', () => {
  expect(fewTexts(6000)).toEqual([]);
  expect(fewTexts(200)).toEqual([]);
  expect(fewTexts(100)).toEqual([expect.stringMatching(/worth only 100 of equal weight.*wrong by 10 %/)]);
  expect(fewTexts(1.5)).toHaveLength(1);
  expect(fewTexts(NaN)).toHaveLength(1);
});

describe('the virial figure', () => {
  it('tells of steps too long in 40 dimensions as in 5, where the sum over all dimensions does not', { timeout: 300_000 }, async () => {
    const task = taskOf(5, gaussian(8, 5, 4), ([a = 0, b = 0]) => Math.sign(a + 0.5 * b));
    const change = { activation: 'erf', gamma: 4, temperature: 0.02, particles: 256, stretch: 30 } as const;
    const few = await kernelOf(task, change);
    const many = await kernelOf(rotated(task, 40), change);
    expect(Math.abs((few.health.virial ?? 1) - 1)).toBeGreaterThan(0.05);
    expect(Math.abs((many.health.virial ?? 1) - 1)).toBeGreaterThan(0.05);
    expect(many.warnings.some((text) => text.startsWith('virial'))).toBe(true);
  });
});

describe('the search for wells', () => {
  const equal = ({ points, weights }: Strata, rank: number, count: number): Float64Array => {
    const out = new Float64Array(count * rank);
    let at = 0;
    let upTo = weights[0]!;
    for (let i = 0; i < count; i++) {
      while (at < weights.length - 1 && (i + 0.5) / count > upTo) upTo += weights[++at]!;
      out.set(points.subarray(at * rank, (at + 1) * rank), i * rank);
    }
    return out;
  };

  it('is silent where particles are the law, and names a well where they have left it', { timeout: 300_000 }, async () => {
    const strata = await strataOf(stripes, 'erf', 2, 0.05);
    const land = landscapeOf(stripes, 'erf', 2);
    const right = equal(strata, 2, 1024);
    const prior = gaussian(1024, 2, 11);
    const search = { seed: 1, budget: 1e8 };
    expect(alarmTexts(alarmOf(land, strata.dual, stripes.trainLabels, right, prior, search))).toEqual([]);
    const near: number[] = [];
    for (let i = 0; i < 1024; i++) if (Math.hypot(right[2 * i]!, right[2 * i + 1]!) < 5) near.push(right[2 * i]!, right[2 * i + 1]!);
    const poor = alarmOf(land, strata.dual, stripes.trainLabels, Float64Array.from(near), prior, search);
    expect(poor.missing?.found).toBeLessThan(0.01);
    expect(alarmTexts(poor)[0]).toMatch(/of the law lies around \|w\| = /);
  });

  it('tells particles that feel no force', { timeout: 300_000 }, async () => {
    const task = taskOf(
      3,
      gaussian(5, 3, 9).map((value) => 1e6 * value),
      (_, row) => (row % 2 === 0 ? 1 : -1),
    );
    const land = landscapeOf(task, 'erf', 2);
    const { dual } = await strataOf(task, 'erf', 2, 0.05);
    const alarm = alarmOf(land, dual, task.trainLabels, gaussian(1024, 3, 12), gaussian(1024, 3, 13), { seed: 1, budget: 1e7 });
    expect(alarmTexts(alarm).some((text) => /feel no force|do not follow the force/.test(text))).toBe(true);
  });
});
