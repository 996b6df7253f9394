import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LinearTaskParameters } from '$lib/data/linear-task';
import { fileSource, never, problemOf, rowsOf } from './files';
import { digits } from '$lib/data/images';
import { linearTask } from '../../support/tasks';

const parameters: LinearTaskParameters = { dim: 20, train: 50, test: 30, noise: 0, scale: 1, seed: 3 };
const problem = (change: Partial<LinearTaskParameters>): Promise<string> => problemOf(() => linearTask({ ...parameters, ...change }));
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
const variance = (values: Float64Array): number => dot(values, values) / values.length;

describe('linear_task', () => {
  test('|β|² = D, and without noise y = scale·β·x/√D in both sets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: -3, max: 3, noNaN: true }), fc.integer(), (dim, scale, seed) => {
        const task = linearTask({ ...parameters, dim, scale, seed });
        const beta = task.teacher!;
        expect(dot(beta, beta) / dim).toBeCloseTo(1, 12);
        for (const [inputs, labels] of [
          [task.trainInputs, task.trainLabels],
          [task.testInputs, task.testLabels],
        ] as const) {
          rowsOf(inputs, dim).forEach((x, row) => expect(labels[row]).toBeCloseTo((scale * dot(beta, x)) / Math.sqrt(dim), 10));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('noise adds to the labels of both sets and leaves the inputs alone', () => {
    const clean = linearTask({ ...parameters, train: 4000, test: 4000 });
    const noisy = linearTask({ ...parameters, train: 4000, test: 4000, noise: 0.5 });
    expect(noisy.trainInputs).toEqual(clean.trainInputs);
    const added = (set: 'trainLabels' | 'testLabels'): Float64Array => noisy[set].map((y, row) => y - clean[set][row]!);
    // Standard error of a variance from 4000 normals: 0.25·√(2/4000) = 0.0056; of their correlation: 0.016. Five of each.
    expect(Math.abs(variance(added('trainLabels')) - 0.25)).toBeLessThan(0.028);
    expect(Math.abs(variance(added('testLabels')) - 0.25)).toBeLessThan(0.028);
    expect(Math.abs(dot(added('trainLabels'), added('testLabels')) / 4000 / 0.25)).toBeLessThan(0.08);
  });

  test('a larger training set begins with the smaller one', () => {
    const small = linearTask({ ...parameters, noise: 0.1 });
    const large = linearTask({ ...parameters, noise: 0.1, train: 60 });
    expect(large.trainInputs.slice(0, small.trainInputs.length)).toEqual(small.trainInputs);
    expect(large.trainLabels.slice(0, 50)).toEqual(small.trainLabels);
    expect(large.testLabels).toEqual(small.testLabels);
  });

  test('numbers out of range are problems of their parameter', async () => {
    expect(await problem({ dim: 0 })).toBe('dim: must be a whole number ≥ 1, got 0');
    expect(await problem({ noise: -1 })).toBe('noise: must be a number ≥ 0, got -1');
    expect(await problem({ scale: NaN })).toBe('scale: must be a number, got NaN');
    expect(await problem({ train: 2 ** 40 })).toContain('are more than fit, at most');
    expect(await problemOf(() => linearTask({ train: 1, test: 1, noise: 0, scale: 1, seed: 1 }))).toContain('dim: is required');
  });
});

describe('linear_task like another', () => {
  const source = linearTask(parameters);
  const like = (alignment: number, change: Partial<LinearTaskParameters> = {}) =>
    linearTask({ train: 50, test: 30, noise: 0, scale: 1, seed: 3, ...change }, { source, alignment });

  test('its teacher has squared norm D and overlap ρ with the source, to rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer(), (rho, seed) => {
        const teacher = like(rho, { seed }).teacher!;
        expect(dot(teacher, teacher) / 20).toBeCloseTo(1, 12);
        expect(dot(teacher, source.teacher!) / 20).toBeCloseTo(rho, 12);
      }),
    );
  });

  test('its inputs are its own even when the seeds are equal, and so are those of a task like it', () => {
    const second = like(0.5);
    const third = linearTask({ ...parameters }, { source: second, alignment: 0.5 });
    const inputs = [source, second, third].flatMap((task) => [task.trainInputs, task.testInputs]);
    const seen = new Set(inputs.flatMap((values) => [...values]));
    expect(seen.size).toBe(inputs.reduce((sum, values) => sum + values.length, 0));
    expect(like(0.5)).toEqual(second);
  });

  test('what cannot be is a problem of its parameter', async () => {
    expect(await problemOf(() => like(1.1))).toBe('alignment: must be a number from -1 to 1, got 1.1');
    expect(await problemOf(() => like(NaN))).toContain('alignment: must be a number from -1 to 1');
    expect(await problemOf(() => like(0.5, { dim: 5 }))).toBe('dim: must be 20 as in the task it is like, got 5');
    const line = linearTask({ ...parameters, dim: 1 });
    expect(await problemOf(() => linearTask(parameters, { source: line, alignment: 0.5 }))).toContain('dim: must be 1');
    expect(await problemOf(() => linearTask({ ...parameters, dim: 1 }, { source: line, alignment: 0.5 }))).toBe(
      'alignment: must be 1 or -1 when dim is 1, got 0.5',
    );
    const images = await digits({ positive: 1, negative: 2, train: 2, test: 0, seed: 1 }, fileSource(), never);
    expect(await problemOf(() => linearTask({ ...parameters, dim: 64 }, { source: images, alignment: 0 }))).toBe(
      'like: must be a task with a teacher, got digits 1 against 2',
    );
  });
});
