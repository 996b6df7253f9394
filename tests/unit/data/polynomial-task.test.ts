import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalisedHermite } from '$lib/data/polynomial-task';
import { problemOf, rowsOf } from './files';
import { linearTask, polynomialTask } from '../../support/tasks';

const parameters = { dim: 20, train: 40, test: 30, noise: 0, scale: 1, seed: 3, degree: 2 };
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** He_k written out, degree 1 to 6. */
const written: readonly ((u: number) => number)[] = [
  (u) => u,
  (u) => u ** 2 - 1,
  (u) => u ** 3 - 3 * u,
  (u) => u ** 4 - 6 * u ** 2 + 3,
  (u) => u ** 5 - 10 * u ** 3 + 15 * u,
  (u) => u ** 6 - 15 * u ** 4 + 45 * u ** 2 - 15,
];
const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));

describe('polynomial_task', () => {
  test('normalised Hermite polynomials are He_k/√k! as written out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.double({ min: -4, max: 4, noNaN: true }), (degree, u) => {
        expect(normalisedHermite(degree, u)).toBeCloseTo(written[degree - 1]!(u) / Math.sqrt(factorial(degree)), 9);
      }),
    );
  });

  test('they are orthonormal under the Gaussian, degree 0 to 12, by the trapezoidal rule', () => {
    const step = 0.01;
    for (let j = 0; j <= 12; j += 3) {
      for (let k = 0; k <= 12; k += 2) {
        let sum = 0;
        for (let u = -16; u <= 16; u += step)
          sum += (step * Math.exp((-u * u) / 2) * normalisedHermite(j, u) * normalisedHermite(k, u)) / Math.sqrt(2 * Math.PI);
        expect(sum).toBeCloseTo(j === k ? 1 : 0, 8);
      }
    }
  });

  test('labels are scale times the polynomial of the teacher’s field, for any degree and seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.double({ min: -3, max: 3, noNaN: true }), fc.integer(), (degree, scale, seed) => {
        const task = polynomialTask({ ...parameters, degree, scale, seed });
        const beta = task.teacher!;
        expect(dot(beta, beta) / 20).toBeCloseTo(1, 12);
        for (const [inputs, labels] of [
          [task.trainInputs, task.trainLabels],
          [task.testInputs, task.testLabels],
        ] as const) {
          rowsOf(inputs, 20).forEach((x, row) => {
            const field = dot(beta, x) / Math.sqrt(20);
            expect(labels[row]).toBeCloseTo((scale * written[degree - 1]!(field)) / Math.sqrt(factorial(degree)), 7);
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('degree 1 is the linear task, and a target may have another degree and keeps the overlap', () => {
    const { degree, ...rest } = parameters;
    expect(polynomialTask({ ...parameters, degree: 1 }).trainLabels).toEqual(linearTask(rest).trainLabels);
    const source = polynomialTask({ ...rest, degree });
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 1, max: 5 }), (alignment, other) => {
        const target = polynomialTask({ ...parameters, degree: other }, { source, alignment });
        expect(dot(target.teacher!, source.teacher!) / 20).toBeCloseTo(alignment, 12);
      }),
      { numRuns: 20 },
    );
  });

  test('what cannot be is a problem of its parameter', async () => {
    expect(await problemOf(() => polynomialTask({ ...parameters, degree: 0 }))).toBe('degree: must be a whole number ≥ 1, got 0');
    expect(await problemOf(() => polynomialTask({ ...parameters, degree: 1.5 }))).toBe('degree: must be a whole number ≥ 1, got 1.5');
  });
});

describe('a power-law input spectrum', () => {
  const variancesOf = (dim: number, alpha: number): number[] => {
    const powers = Array.from({ length: dim }, (_, k) => 1 / (k + 1) ** alpha);
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => (power * dim) / sum);
  };
  const weighted = (a: Float64Array, b: Float64Array, variances: readonly number[]): number =>
    a.reduce((sum, value, k) => sum + value * b[k]! * variances[k]!, 0) / a.length;

  test('coordinate k of the inputs has variance ∝ k^−α with mean 1, and labels keep variance scale²', () => {
    const task = linearTask({ dim: 6, train: 20000, test: 0, noise: 0, scale: 2, seed: 5, spectrum: 1.5 });
    const expected = variancesOf(6, 1.5);
    for (let k = 0; k < 6; k++) {
      let sum = 0;
      for (let row = 0; row < 20000; row++) sum += task.trainInputs[row * 6 + k]! ** 2;
      // Relative standard error of a variance from 20000 normals: √(2/20000) = 1 %. Five of them.
      expect(Math.abs(sum / 20000 / expected[k]! - 1)).toBeLessThan(0.05);
    }
    expect(Math.abs(dot(task.trainLabels, task.trainLabels) / 20000 / 4 - 1)).toBeLessThan(0.05);
    expect(expected.reduce((a, b) => a + b, 0)).toBeCloseTo(6, 12);
  });

  test('the teachers’ overlap is the correlation of their fields, also where the spectra differ', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.option(fc.double({ min: 0.01, max: 3, noNaN: true }), { nil: undefined }),
        (alignment, alpha, other) => {
          const source = linearTask({ dim: 12, train: 2, test: 0, noise: 0, scale: 1, seed: 1, spectrum: alpha });
          const target = linearTask({ train: 2, test: 0, noise: 0, scale: 1, seed: 1, spectrum: other }, { source, alignment });
          const variances = variancesOf(12, other ?? alpha);
          const size = weighted(source.teacher!, source.teacher!, variances);
          expect(weighted(target.teacher!, target.teacher!, variances)).toBeCloseTo(1, 10);
          expect(weighted(target.teacher!, source.teacher!, variances) / Math.sqrt(size)).toBeCloseTo(alignment, 10);
        },
      ),
    );
  });

  test('flat is what it was, and a negative exponent is a problem', async () => {
    const flat = { dim: 6, train: 5, test: 5, noise: 0.1, scale: 1, seed: 2 };
    expect(linearTask({ ...flat, spectrum: 0 })).toEqual(linearTask(flat));
    expect(await problemOf(() => linearTask({ ...flat, spectrum: -1 }))).toBe('spectrum: must be a number ≥ 0, got -1');
  });
});
