import { describe, expect, test } from 'vitest';
import { richTransferError, scratchError, spikeOf, transferError } from '$lib/theory/linear-theory';
import { normals } from '../../support/task';
import { evaluate } from '../../support/evaluate';

const D = 200;

/** Solves S a = b for a positive-definite S (row-major, destroyed) by elimination. */
function solve(S: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const a = Float64Array.from(b);
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i < n; i++) {
      const factor = S[i * n + k]! / S[k * n + k]!;
      if (factor === 0) continue;
      for (let j = k; j < n; j++) S[i * n + j]! -= factor * S[k * n + j]!;
      a[i]! -= factor * a[k]!;
    }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) a[i]! -= S[i * n + j]! * a[j]!;
    a[i]! /= S[i * n + i]!;
  }
  return a;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return sum;
};
const rows = (x: Float64Array): Float64Array[] => Array.from({ length: x.length / D }, (_, p) => x.subarray(p * D, (p + 1) * D));

/** Teachers of squared norm D and overlap α. */
function teachers(alpha: number, normal: () => number): [Float64Array, Float64Array] {
  const unit = (v: Float64Array): Float64Array => v.map((value) => value * Math.sqrt(D / dot(v, v)));
  const source = unit(Float64Array.from({ length: D }, normal));
  const raw = Float64Array.from({ length: D }, normal);
  const other = unit(raw.map((value, d) => value - (dot(raw, source) / D) * source[d]!));
  return [source, source.map((value, d) => alpha * value + Math.sqrt(1 - alpha ** 2) * other[d]!)];
}

/**
 * The exact error of one draw of ridgeless regression on the kernel x·(I + (χ/D) β_sβ_sᵀ)·x′: the predictor is w·x, and the mean of
 * (w·x − β_t·x/√D)² over fresh Gaussian inputs is |w − β_t/√D|².
 */
function sampled(chi: number, alpha: number, P: number, normal: () => number): number {
  const [source, target] = teachers(alpha, normal);
  const X = rows(Float64Array.from({ length: P * D }, normal));
  const along = Float64Array.from(X, (x) => dot(x, source));
  const K = Float64Array.from({ length: P * P }, (_, index) => {
    const [i, j] = [Math.floor(index / P), index % P];
    return dot(X[i]!, X[j]!) + (chi / D) * along[i]! * along[j]!;
  });
  const dual = solve(
    K,
    Float64Array.from(X, (x) => dot(x, target) / Math.sqrt(D)),
  );
  const spike = (chi / D) * dot(along, dual);
  const error = target.map((beta, d) => X.reduce((sum, x, p) => sum + dual[p]! * x[d]!, spike * source[d]!) - beta / Math.sqrt(D));
  return dot(error, error);
}

/** Mean and standard error over seeded draws. */
function averaged(draws: number, draw: (normal: () => number) => number, seed: number): { mean: number; stderr: number } {
  const values = Array.from({ length: draws }, (_, i) => draw(normals(1000 * seed + i)));
  const mean = values.reduce((a, b) => a + b, 0) / draws;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1);
  return { mean, stderr: Math.sqrt(variance / draws) };
}

describe('linear theory', () => {
  test.each([
    [0, 0.7, 0.5],
    [2, 1, 0.3],
    [10, 0.5, 0.5],
    [10, 0.9, 0.25],
    [40, -0.8, 0.15],
    [5, 0, 0.6],
  ])('χ = %f, α = %f, ν = %f: sampled ridgeless regression at D = 200 agrees', (chi, alpha, nu) => {
    const { mean, stderr } = averaged(40, (normal) => sampled(chi, alpha, Math.round(nu * D), normal), 1 + chi);
    const theory = transferError(chi, alpha, nu);
    // Four standard errors, and 1/D relative for the finite dimension.
    expect(stderr).toBeLessThan(0.04 * theory);
    expect(Math.abs(mean - theory)).toBeLessThan(4 * stderr + theory / D);
  });

  test('the formula is that of theory.md §5, term by term', () => {
    for (const chi of [0, 0.3, 4, 100])
      for (const alpha of [-1, -0.4, 0, 0.8])
        for (const nu of [0, 0.2, 0.9]) {
          const u = (chi * nu) / (1 + chi * nu);
          expect(transferError(chi, alpha, nu)).toBeCloseTo((1 - nu) * (1 - 2 * alpha ** 2 * u + alpha ** 2 * u ** 2), 12);
        }
  });

  test('limits: lazy features and unrelated teachers are as from scratch, ν = 0 learns nothing, ν ≥ 1 everything', () => {
    expect(transferError(0, 0.9, 0.3)).toBeCloseTo(scratchError(0.3), 14);
    expect(transferError(50, 0, 0.3)).toBeCloseTo(0.7, 14);
    expect(transferError(50, 1, 0)).toBe(1);
    expect([transferError(50, 0.5, 1), transferError(3, 0.5, 1.7), scratchError(2)]).toEqual([0, 0, 0]);
    // Infinitely strong features of the same teacher: nothing is left.
    expect(transferError(1e9, 1, 0.1)).toBeLessThan(1e-14);
  });

  test('χ of the sheet’s γ: √(1 + γ²D) − 1, and γ²D/2 when it is small', () => {
    expect(spikeOf(1, 99)).toBeCloseTo(9, 12);
    expect(spikeOf(0.5, 200)).toBeCloseTo(Math.sqrt(51) - 1, 12);
    expect(spikeOf(1e-9, 200) / 1e-16).toBeCloseTo(1, 9);
  });

  test.each([
    [0.25, 0.9],
    [0.6, 0.7],
    [0.9, 0.5],
  ])('infinitely rich on ν₁ = %f, α = %f: the direction of the sampled ridgeless source predictor agrees', (nuSource, alpha) => {
    const P = Math.round(nuSource * D);
    // One feature w·x; the target's best fit on it leaves 1 − cos²(w, β_t), whatever ν. α_g is measured on the draw itself.
    const differences = averaged(
      10,
      (normal) => {
        const [source, target] = teachers(alpha, normal);
        const X = rows(Float64Array.from({ length: P * D }, normal));
        const K = Float64Array.from({ length: P * P }, (_, index) => dot(X[Math.floor(index / P)]!, X[index % P]!));
        const dual = solve(
          K,
          Float64Array.from(X, (x) => dot(x, source)),
        );
        const w = source.map((_, d) => X.reduce((sum, x, p) => sum + dual[p]! * x[d]!, 0));
        const rest = w.map((value, d) => value - (dot(w, source) / D) * source[d]!);
        const size = Math.sqrt(dot(rest, rest));
        const chance = size > 1e-6 ? dot(rest, target) / (size * Math.sqrt(D)) : 0;
        return 1 - dot(w, target) ** 2 / (dot(w, w) * D) - richTransferError(nuSource, alpha, chance);
      },
      7,
    );
    expect(Math.abs(differences.mean)).toBeLessThan(4 * differences.stderr + 1e-9);
    // Draws differ from theory only by the scatter of |Πβ_s|²/D about ν₁, of order 1/√D.
    expect(differences.stderr).toBeLessThan(0.03);
  });
});

describe('linear_theory in a sheet', () => {
  test('every parameter can be swept, and gamma with dim gives chi', async () => {
    const of = await evaluate(
      [
        'alpha = each(0, 0.5, 1)',
        'nu = range(0.1, 0.9, count: 5)',
        'a = linear_theory(alignment: alpha, nu: nu, gamma: 0.6, dim: 100)',
        'b = linear_theory(nu_source: each(0.25, 1), alignment: 0.6, chance_alignment: 0.8)',
        'c = linear_theory(chi: each(1, 2), nu: 0.5).test',
        'figure = plot(a.test, a.scratch, x: nu)',
      ].join('\n'),
    );
    const chi = Math.sqrt(37) - 1;
    expect(of('a').axes.map(({ name }) => name)).toEqual(['alpha', 'nu']);
    const expected = [0, 0.5, 1].flatMap((alpha) => [0.1, 0.3, 0.5, 0.7, 0.9].map((nu) => transferError(chi, alpha, nu)));
    expect(of('a').fields['test']).toEqual(expected.map((value) => expect.closeTo(value, 12) as unknown));
    expect((of('a').fields['chi'] as number[])[0]).toBeCloseTo(chi, 12);
    expect(of('b').fields['test']).toEqual([0.5 * 0.6 + Math.sqrt(0.75) * 0.8, 0.6].map((c) => expect.closeTo(1 - c * c, 12) as unknown));
    expect(of('c').fields['value']).toEqual([1.5, 2].map((s) => expect.closeTo(0.5 / s ** 2, 12) as unknown));
    expect(of('figure').status).toBe('ok');
  });

  test.each([
    ['linear_theory(nu: 0.5)', /^gamma: is required/],
    ['linear_theory(gamma: 1)', /^dim: is required with gamma/],
    ['linear_theory(gamma: 1, chi: 2)', /^gamma: leave it out when chi is given/],
    ['linear_theory(chi: 2, nu_source: 0.5)', /^chi: leave it out with nu_source/],
    ['linear_theory(chi: 2, chance_alignment: 0.5)', /^chance_alignment: is only for nu_source/],
    ['linear_theory(nu_source: 0.5, alignment: 0.9, chance_alignment: 0.9)', /^chance_alignment: must be at most 0\.43/],
    ['linear_theory(nu_source: 1.5)', /^nu_source: must be a number from 0 to 1, got 1.5/],
    ['linear_theory(chi: -1)', /^chi: must be a number ≥ 0, got -1/],
  ])('%s says %s', async (formula, message) => {
    expect((await evaluate(`x = ${formula}`))('x').problem?.message).toMatch(message);
  });
});
