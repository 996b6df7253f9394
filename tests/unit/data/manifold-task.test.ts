import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ManifoldLikeness } from '$lib/data/manifold-task';
import { normals } from '$lib/base/philox';
import { problemOf, rowsOf } from './files';
import { linearTask, manifoldTask } from '../../support/tasks';

const parameters = { latent: 8, dim: 30, train: 40, test: 20, seed: 3 };
const source = manifoldTask(parameters);
const like = (change: Partial<ManifoldLikeness> = {}, seed = 3) =>
  manifoldTask({ train: 40, test: 20, seed }, { source, taskOverlap: 1, featureOverlap: 1, redraw: 0, ...change });
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

describe('manifold_task', () => {
  test('inputs are act(cF/√d) of the latent vectors of the seed, labels the sign of c·W', () => {
    const acts = { tanh: Math.tanh, linear: (u: number) => u, sign: Math.sign, relu: (u: number) => Math.max(u, 0) };
    for (const activation of ['tanh', 'linear', 'sign', 'relu'] as const) {
      const task = manifoldTask({ ...parameters, activation });
      const { features, weights } = task.manifold!;
      // Stream 5 is that of training inputs (base/random.ts).
      const latents = rowsOf(normals(40 * 8, { seed: 3, stream: 5, step: 0 }), 8);
      rowsOf(task.trainInputs, 30).forEach((x, row) => {
        const c = latents[row]!;
        x.forEach((value, d) => {
          const field = c.reduce((sum, each, k) => sum + each * features[k * 30 + d]!, 0) / Math.sqrt(8);
          expect(value).toBeCloseTo(acts[activation](field), 12);
        });
        expect(task.trainLabels[row]).toBe(dot(c, weights) >= 0 ? 1 : -1);
      });
    }
  });

  test('the inputs span no more than d dimensions when the activation is linear', () => {
    const task = manifoldTask({ ...parameters, activation: 'linear', train: 12 });
    // Gram–Schmidt: 8 rows are independent, whatever follows them lies in their span.
    const basis: Float64Array[] = [];
    const rest = rowsOf(task.trainInputs, 30).map((x) => {
      const left = basis.reduce((v, b) => v.map((value, d) => value - dot(v, b) * b[d]!), Float64Array.from(x));
      const length = Math.sqrt(dot(left, left));
      if (length > 1e-9) basis.push(left.map((value) => value / length));
      return length;
    });
    expect(basis).toHaveLength(8);
    expect(Math.max(...rest.slice(8))).toBeLessThan(1e-9);
  });

  test('with q = η = 1 and nothing redrawn a task like another has its manifold, and examples of its own', () => {
    const target = like();
    expect(target.manifold).toEqual(source.manifold);
    const seen = new Set([source, target].flatMap((task) => [...task.trainInputs, ...task.testInputs]));
    expect(seen.size).toBe(2 * 60 * 30);
  });

  test('W keeps overlap q exactly; each row of F is kept with η or drawn anew, in the asked number', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -0.95, max: 0.95, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        fc.nat(),
        (taskOverlap, featureOverlap, rows, seed) => {
          const from = source.manifold!;
          const target = like({ taskOverlap, featureOverlap, redraw: rows / 8 }, seed).manifold!;
          const fresh = like({ featureOverlap: 0 }, seed).manifold!.features;
          expect(dot(target.weights, from.weights) / 8).toBeCloseTo(taskOverlap, 12);
          expect(dot(target.weights, target.weights) / 8).toBeCloseTo(1, 12);
          let redrawn = 0;
          for (let k = 0; k < 8; k++) {
            const own = target.features.subarray(30 * k, 30 * (k + 1));
            const kept = from.features.slice(30 * k, 30 * (k + 1)).map((f, d) => {
              return featureOverlap * f + Math.sqrt(1 - featureOverlap ** 2) * fresh[30 * k + d]!;
            });
            const isKept = own.every((f, d) => Math.abs(f - kept[d]!) < 1e-12);
            const isFresh = own.every((f, d) => f === fresh[30 * k + d]);
            expect(isKept || isFresh).toBe(true);
            if (isFresh && !(isKept && featureOverlap === 0)) redrawn += 1;
          }
          if (Math.abs(featureOverlap) > 1e-6) expect(redrawn).toBe(rows);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('over many entries F_t has correlation η with F_s and variance 1', () => {
    const wide = manifoldTask({ ...parameters, latent: 100, dim: 200, train: 1, test: 0 });
    const target = manifoldTask({ train: 1, test: 0, seed: 9 }, { source: wide, taskOverlap: 0, featureOverlap: 0.6, redraw: 0.5 });
    const [a, b] = [wide.manifold!.features, target.manifold!.features];
    // 20000 entries: standard errors below 0.01. Half of the rows correlate with 0.6, half not at all.
    expect(Math.abs(dot(b, b) / 20000 - 1)).toBeLessThan(0.05);
    expect(Math.abs(dot(a, b) / 20000 - 0.3)).toBeLessThan(0.04);
  });

  test('a larger training set begins with the smaller one', () => {
    const large = manifoldTask({ ...parameters, train: 50 });
    expect(large.trainInputs.slice(0, 40 * 30)).toEqual(source.trainInputs);
    expect(large.trainLabels.slice(0, 40)).toEqual(source.trainLabels);
    expect(large.testInputs).toEqual(source.testInputs);
  });

  test('what cannot be is a problem of its parameter', async () => {
    const linear = linearTask({ dim: 5, train: 5, test: 0, noise: 0, scale: 1, seed: 1 });
    expect(await problemOf(() => like({ source: linear }))).toBe('like: must be a manifold_task, got linear task, D = 5');
    expect(await problemOf(() => like({ taskOverlap: 2 }))).toBe('task_overlap: must be a number from -1 to 1, got 2');
    expect(await problemOf(() => like({ redraw: 2 }))).toBe('redraw: must be a number from 0 to 1, got 2');
    const wrong = { source, taskOverlap: 1, featureOverlap: 1, redraw: 0 };
    expect(await problemOf(() => manifoldTask({ ...parameters, latent: 9 }, wrong))).toBe(
      'latent: must be 8 as in the task it is like, got 9',
    );
    expect(await problemOf(() => manifoldTask({ ...parameters, activation: 'sign' }, wrong))).toBe(
      'activation: must be tanh as in the task it is like, got sign',
    );
    expect(await problemOf(() => manifoldTask({ ...parameters, dim: 0 }))).toBe('dim: must be a whole number ≥ 1, got 0');
  });
});
