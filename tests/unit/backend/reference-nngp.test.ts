import { describe, expect, test } from 'vitest';
import { activations, type Activation } from '$lib/base/activation';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { conditionalQuadrature } from '../../support/tanh-quadrature';
import { numbers, relativeDistance } from './naive';
import { kernelByQuadrature } from './quadrature';

/** The map for lists of variances and their n × m covariances. */
const map = async (activation: Activation, c: readonly number[], a: readonly number[], b: readonly number[]) => {
  const backend = createReferenceBackend();
  const column = (values: readonly number[]) => backend.upload({ rows: values.length, columns: 1 }, values);
  const made = backend.nngp(activation, backend.upload({ rows: a.length, columns: b.length }, c), column(a), column(b));
  return { kernel: await backend.read(made.kernel), derivative: await backend.read(made.derivative) };
};
const single = async (activation: Activation, c: number, a: number, b: number): Promise<readonly [number, number]> => {
  const { kernel, derivative } = await map(activation, [c], [a], [b]);
  return [kernel[0] as number, derivative[0] as number];
};

test.each([
  ['erf', 1, 0.5, 1, 0.2163468959, 0.4501581581],
  ['relu', 1, 0.5, 1, 0.3044988905, 0.3333333333],
  ['relu', 1, 0, 1, 0.1591549431, 0.25],
  ['erf', 2, 0.7, 0.5, 0.2919720555, 0.4490369654],
] as const)('check values of theory.md §1: %s (%f, %f, %f)', async (activation, a, c, b, kernel, derivative) => {
  const found = await single(activation, c, a, b);
  // The check values are given to ten digits.
  expect(Math.abs(found[0] - kernel)).toBeLessThan(1e-10);
  expect(Math.abs(found[1] - derivative)).toBeLessThan(1e-10);
});

describe.each(activations)('%s', (activation) => {
  test.each([
    [0.3, 1, 1],
    [-0.8, 2, 0.5],
    [0, 0.1, 3],
    [1.9, 4, 1],
  ])('equals integration at c = %f, a = %f, b = %f', async (c, a, b) => {
    const found = await single(activation, c, a, b);
    const wanted = kernelByQuadrature(activation, c, a, b);
    expect(Math.abs(found[0] - wanted[0])).toBeLessThan(1e-11 * Math.max(1, Math.abs(wanted[0])));
    expect(Math.abs(found[1] - wanted[1])).toBeLessThan(1e-11 * Math.max(1, Math.abs(wanted[1])));
  });

  test('covariances that rounding carried past ±√(ab) count as ±√(ab)', async () => {
    if (activation === 'linear' || activation === 'quadratic') {
      // Polynomials take the covariance as it is.
      expect((await single(activation, 1.5, 2, 2))[0]).toBeCloseTo(activation === 'linear' ? 1.5 : 5.5, 12);
      return;
    }
    const most = Math.sqrt(6);
    expect(await single(activation, most * (1 + 1e-15), 2, 3)).toEqual(await single(activation, most, 2, 3));
    expect(await single(activation, -most * (1 + 1e-15), 2, 3)).toEqual(await single(activation, -most, 2, 3));
  });

  test('the map is symmetric and of every entry of a batch', async () => {
    const [first, second] = [
      await map(activation, [0.1, 0.2, 0.3, 0.4], [1, 2], [0.5, 1.5]),
      await map(activation, [0.1, 0.3, 0.2, 0.4], [0.5, 1.5], [1, 2]),
    ];
    expect(first.kernel[1]).toBeCloseTo(second.kernel[2] as number, 14);
    const backend = createReferenceBackend();
    const c = backend.upload({ batch: 3, rows: 1, columns: 1 }, [0.1, 0.2, 0.3]);
    const one = backend.upload({ rows: 1, columns: 1 }, [1]);
    const batched = await backend.read(backend.nngp(activation, c, one, one).kernel);
    for (const [index, value] of [0.1, 0.2, 0.3].entries()) expect(batched[index]).toBe((await single(activation, value, 1, 1))[0]);
  });

  test('not-a-number stays', async () => {
    expect((await single(activation, NaN, 1, 1))[0]).toBeNaN();
    if (activation !== 'linear') expect((await single(activation, 0.1, NaN, 1))[0]).toBeNaN();
  });
});

describe('correlations near ±1 keep their digits', () => {
  // With c = 1 − ε and unit variances: relu kernel ½ − ε/2 + O(ε^{3/2}), θ = √(2ε).
  test.each([1e-4, 1e-8, 1e-12])('relu at 1 − %f', async (epsilon) => {
    const c = 1 - epsilon;
    const theta = 2 * Math.asin(Math.sqrt((1 - c) / 2));
    expect((await single('relu', c, 1, 1))[1]).toBeCloseTo((Math.PI - theta) / (2 * Math.PI), 15);
  });
  test.each([1, 100, 1e6])('erf on the diagonal at variance %f', async (a) => {
    const [kernel, derivative] = await single('erf', a, a, a);
    // 1 − asin z · 2/π = (2/π) acos z with 1 − z = 1/(1+2a)
    expect(1 - kernel).toBeCloseTo((4 / Math.PI) * Math.asin(Math.sqrt(0.5 / (1 + 2 * a))), 14);
    expect(derivative / (4 / Math.PI / Math.sqrt(1 + 4 * a))).toBeCloseTo(1, 13);
  });
});

describe('tanh', () => {
  test.each([0.01, 1, 4, 25, 80, 900])('series and quadrature agree at variance %f over the correlations', async (a) => {
    for (const rho of [0, 0.3, -0.6, 0.9, 0.99, -0.999, 0.99999, 1, -1]) {
      for (const b of [a, a / 3]) {
        const found = await single('tanh', rho * Math.sqrt(a * b), a, b);
        const wanted = conditionalQuadrature(a, b, rho);
        expect(Math.abs(found[0] - wanted[0])).toBeLessThan(1e-10);
        expect(Math.abs(found[1] - wanted[1])).toBeLessThan(1e-10);
      }
    }
  });
  test('variance zero', async () => {
    expect((await single('tanh', 0, 0, 1))[0]).toBe(0);
    expect((await single('tanh', 0, 0, 0))[1]).toBeCloseTo(1, 13);
  });
  test('entries of a large map, all of different variances, are those that are made alone', async () => {
    const n = 61;
    const a = Array.from({ length: n }, (_, i) => 0.5 + i / 17);
    const c = Array.from({ length: n * n }, (_, i) => 0.5 * Math.sqrt((a[Math.floor(i / n)] as number) * (a[i % n] as number)));
    const { kernel, derivative } = await map('tanh', c, a, a);
    for (const [i, j] of [
      [0, 0],
      [0, 60],
      [60, 0],
      [31, 33],
      [60, 60],
    ] as const) {
      const entry = i * n + j;
      const [value, slope] = await single('tanh', c[entry] as number, a[i] as number, a[j] as number);
      expect(Math.abs((kernel[entry] as number) - value)).toBeLessThan(1e-11);
      expect(Math.abs((derivative[entry] as number) - slope)).toBeLessThan(1e-11);
    }
  });
});

test.each(activations)('the kernel of a Gram matrix is the map of it, %s', async (activation) => {
  const backend = createReferenceBackend();
  using x = backend.upload({ batch: 2, rows: 4, columns: 3 }, numbers(24, 1));
  using z = backend.upload({ rows: 5, columns: 3 }, numbers(15, 2));
  const scales = { covariance: 0.3, rows: 0.8, columns: 0.9 };
  for (const other of [undefined, z]) {
    using gram = backend.gram(x, other);
    const lengths = (of: typeof x) => {
      using square = backend.hadamard(of, of);
      using sums = backend.rowSums(square);
      return backend.combine([[1 / 3, sums]]);
    };
    using own = lengths(x);
    using others = lengths(other ?? x);
    using c = backend.combine([[scales.covariance, gram]]);
    using a = backend.combine([[scales.rows, own]]);
    using b = backend.combine([[scales.columns, others]]);
    const { kernel, derivative } = backend.nngp(activation, c, a, b);
    using wanted = kernel;
    derivative[Symbol.dispose]();
    using found = backend.kernelGram(activation, x, other, scales);
    expect(relativeDistance(await backend.read(found), await backend.read(wanted))).toBeLessThan(1e-14);
  }
});
