import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { kernelModes, learningCurve, type KernelModes } from '$lib/theory/learning-curve';
import { normals } from '../../support/task';

const isotropic = (dimension: number): KernelModes => ({
  values: new Float64Array(dimension).fill(1 / dimension),
  powers: new Float64Array(dimension).fill(1 / dimension),
});

/** Solves (K + T I) a = y by elimination. */
function ridge(K: readonly number[][], y: readonly number[], T: number): number[] {
  const n = y.length;
  const a = K.map((row, i) => [...row.map((value, j) => value + (i === j ? T : 0)), y[i]!]);
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= n; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) x[i] = (a[i]![n]! - x.reduce((sum, value, j) => (j > i ? sum + a[i]![j]! * value : sum), 0)) / a[i]![i]!;
  return x;
}

describe('kernel learning curves', () => {
  test('isotropic inputs: κ is the root of its quadratic, and E what follows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 4, noNaN: true }),
        fc.double({ min: 1e-6, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (nu, temperature, noise) => {
          const D = 40;
          const { kappa, g, test } = learningCurve(isotropic(D), { size: nu * D, temperature, noise });
          // κ = T + κ/(ν+κ).
          const b = nu - temperature - 1;
          const root =
            b < 0
              ? (-b + Math.sqrt(b * b + 4 * temperature * nu)) / 2
              : (2 * temperature * nu) / (b + Math.sqrt(b * b + 4 * temperature * nu));
          const spread = nu / (nu + root) ** 2;
          expect(kappa / root).toBeCloseTo(1, 9);
          expect(g).toBeCloseTo(spread, 9);
          const error = ((root / (nu + root)) ** 2 + noise ** 2 * spread) / (1 - spread);
          expect(Math.abs(test / error - 1)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  test('without a ridge: 1 − ν below the threshold, σ²/(ν−1) above, a problem at it', () => {
    for (const nu of [0.1, 0.5, 0.9])
      expect(learningCurve(isotropic(50), { size: 50 * nu, temperature: 0, noise: 0 }).test).toBeCloseTo(1 - nu, 9);
    for (const nu of [1.5, 3]) {
      const found = learningCurve(isotropic(50), { size: 50 * nu, temperature: 0, noise: 0.5 });
      expect(found.kappa).toBe(0);
      expect(found.test).toBeCloseTo(0.25 / (nu - 1), 9);
    }
    expect(() => learningCurve(isotropic(50), { size: 50, temperature: 0, noise: 0 })).toThrow(Problem);
  });

  test('one strong direction gives the loss of the high-dimensional linear theory', () => {
    const [chi, alpha, nu, D] = [8, 0.7, 0.4, 4000];
    const values = new Float64Array(D).fill(1 / D);
    const powers = new Float64Array(D).fill((1 - alpha ** 2) / (D - 1));
    [values[0], powers[0]] = [(1 + chi) / D, alpha ** 2];
    const u = (chi * nu) / (1 + chi * nu);
    const expected = (1 - nu) * (1 - 2 * alpha ** 2 * u + alpha ** 2 * u ** 2);
    expect(learningCurve({ values, powers }, { size: nu * D, temperature: 0, noise: 0 }).test / expected).toBeCloseTo(1, 2);
  });

  test('what no mode carries is never learned; many examples learn all the rest', () => {
    const modes = { values: Float64Array.of(0.5, 0.1, 0), powers: Float64Array.of(0.3, 0.2, 0.5) };
    const far = learningCurve(modes, { size: 1e9, temperature: 0.1, noise: 0 });
    expect(far.test).toBeCloseTo(0.5, 6);
    const none = learningCurve(modes, { size: 1e-9, temperature: 0.1, noise: 0 });
    expect(none.test).toBeCloseTo(1, 6);
  });

  test('modes: eigenvalues and label powers of a planted kernel', () => {
    // Orthonormal columns of an 8 × 8 Hadamard matrix.
    const n = 8;
    const h = (i: number, k: number): number => {
      let sign = 1;
      for (let bits = i & k; bits; bits >>= 1) if (bits & 1) sign = -sign;
      return sign / Math.sqrt(n);
    };
    const lambda = [0, 5, 3, 8, 0, 1, 0.5, 0];
    const amplitude = [2, -1, 0.5, 3, 0, 0.25, 0, 1];
    const kernel = Float64Array.from({ length: n * n }, (_, index) =>
      lambda.reduce((sum, value, k) => sum + value * h(Math.floor(index / n), k) * h(index % n, k), 0),
    );
    const labels = Float64Array.from({ length: n }, (_, i) => amplitude.reduce((sum, a, k) => sum + a * h(i, k), 0));
    const { values, powers } = kernelModes(kernel, labels, 2 ** -53);
    const expected = [3, 1, 2, 5, 6].map((k) => [lambda[k]! / n, amplitude[k]! ** 2 / n]);
    expected.forEach(([value, power], index) => {
      expect(values[index]).toBeCloseTo(value!, 12);
      expect(powers[index]).toBeCloseTo(power!, 12);
    });
    expect([...values.slice(5)]).toEqual([0, 0, 0]);
    expect(powers.reduce((a, b) => a + b, 0)).toBeCloseTo(labels.reduce((sum, y) => sum + y * y, 0) / n, 12);
  });

  test.each([
    [25, 0.05, 0],
    [40, 0.05, 0.5],
    [120, 0.2, 0.5],
    [100, 1, 0.3],
  ])('ridge regression with power-law inputs: P = %d, T = %f, σ = %f, sampled', { timeout: 300_000 }, (P, T, noise) => {
    const D = 60;
    // x_k of variance λ_k = D·η_k, kernel x·x′/D, labels Σ a_k z_k with x_k = √λ_k z_k.
    const eta = Array.from({ length: D }, (_, k) => 1 / (1 + k));
    const a = Array.from({ length: D }, (_, k) => (k % 7 === 0 ? 1 : 0.2));
    const draws = 120;
    const errors = Array.from({ length: draws }, (_, draw) => {
      const normal = normals(5000 + draw);
      const z = Array.from({ length: P }, () => Array.from({ length: D }, normal));
      const kernel = z.map((u) => z.map((v) => u.reduce((sum, value, k) => sum + eta[k]! * value * v[k]!, 0)));
      const labels = z.map((u) => u.reduce((sum, value, k) => sum + a[k]! * value, 0) + noise * normal());
      const dual = ridge(kernel, labels, T);
      // f(x) = Σ_k z_k η_k (Σ_p z_pk dual_p): its mean square distance from the noiseless labels is exact.
      return a.reduce((sum, amplitude, k) => sum + (eta[k]! * z.reduce((w, u, p) => w + u[k]! * dual[p]!, 0) - amplitude) ** 2, 0);
    });
    const mean = errors.reduce((x, y) => x + y, 0) / draws;
    const stderr = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / draws / (draws - 1));
    const modes = { values: Float64Array.from(eta), powers: Float64Array.from(a, (x) => x * x) };
    const { test: theory } = learningCurve(modes, { size: P, temperature: T, noise });
    // Three standard errors, and 2 % for the finite number of examples.
    expect(stderr / theory).toBeLessThan(0.04);
    expect(Math.abs(mean - theory)).toBeLessThan(3 * stderr + 0.02 * theory);
  });
});
