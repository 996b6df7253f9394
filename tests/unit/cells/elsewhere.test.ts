import { describe, expect, it, test } from 'vitest';
import { evaluate, filesWith } from '../../support/evaluate';

const files = filesWith({
  'a.csv': 'x,y\n1,1\n2,0\n3,2\n',
  'b.csv': 'x,y\n2,3\n1,1\n4,5\n',
});

// The last row is the test set. One input and linear features: Φ(x, x′) = c x x′, c = 1 for γ → 0, and f(x) = x Σ x_i y_i/(Σ x_i² + T).
const sheet = `a = table("a.csv", label: "y", test: 1)
b = table("b.csv", label: "y", test: 1)
pre = source_kernel(a, theory: "bayes", activation: "linear", gamma: 0.000001, temperature: 0.5)
own = error(pre)
refit = error(pre, on: b)
kept = error(pre, on: b, readout: "kept")
prior = source_kernel(a, theory: "lazy", activation: "linear", temperature: 0.5)
prior_refit = error(prior, on: b, readout: "refit")
prior_kept = error(prior, on: b, readout: "kept")
`;

/** Slope of ridge regression through the origin on two rows. */
const slope = ([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): number =>
  (x1 * y1 + x2 * y2) / (x1 * x1 + x2 * x2 + 0.5);
const [slopeA, slopeB] = [slope([1, 1], [2, 0]), slope([2, 3], [1, 1])];

describe('the error on another task, against calculations by hand', () => {
  it('refits the readout on the training rows of the other, or keeps the predictor', async () => {
    const report = await evaluate(sheet, files);
    const fields = (key: string) => report(key).fields as Record<string, number>;
    expect(slopeA).toBeCloseTo(2 / 11, 15);
    expect(fields('own').test).toBeCloseTo((3 * slopeA - 2) ** 2, 9);
    expect(fields('refit').test).toBeCloseTo((4 * slopeB - 5) ** 2, 9);
    expect(fields('refit').train).toBeCloseTo(((2 * slopeB - 3) ** 2 + (slopeB - 1) ** 2) / 2, 9);
    expect(fields('kept').test).toBeCloseTo((4 * slopeA - 5) ** 2, 9);
    expect(fields('kept').train).toBeCloseTo(((2 * slopeA - 3) ** 2 + (slopeA - 1) ** 2) / 2, 9);
  });

  it('counts the posterior variance of a Gaussian process, x²T/(Σ x_i² + T) with the rows that were fitted', async () => {
    const report = await evaluate(sheet, files);
    for (const [key, own] of [
      ['prior_refit', slopeB],
      ['prior_kept', slopeA],
    ] as const) {
      const { bias, variance } = report(key).fields as Record<string, number>;
      expect(bias).toBeCloseTo((4 * own - 5) ** 2, 9);
      // Both tasks have Σ x_i² = 5 on their training rows.
      expect(variance).toBeCloseTo((16 * 0.5) / 5.5, 9);
    }
  });

  it('of a kernel on its own task is the error that it has there', async () => {
    const report = await evaluate(
      `a = linear_task(dim: 3, train: 6, test: 9)
b = linear_task(like: a, alignment: 0.5, train: 6, test: 9)
linear = source_kernel(a, theory: "bayes", activation: "linear", gamma: 2, temperature: 0.2)
erf = source_kernel(a, theory: "bayes", gamma: 1.5, temperature: 0.2, particles: 64)
lazy = source_kernel(a, theory: "lazy", temperature: 0.2)
flow = source_kernel(a, theory: "flow", time: 3, particles: 512)
end = target_kernel(coupling(flow, delta: 1), b, gamma: 0)
linear_own = error(linear)
linear_kept = error(linear, on: a, readout: "kept")
linear_refit = error(linear, on: a)
erf_own = error(erf)
erf_kept = error(erf, on: a, readout: "kept")
erf_refit = error(erf, on: a)
lazy_own = error(lazy)
lazy_kept = error(lazy, on: a, readout: "kept")
lazy_refit = error(lazy, on: a)
flow_own = error(flow)
flow_kept = error(flow, on: a, readout: "kept")
end_own = error(end)
end_kept = error(end, on: b, readout: "kept")`,
    );
    for (const pair of ['linear_kept', 'linear_refit', 'erf_kept', 'erf_refit', 'lazy_kept', 'lazy_refit', 'flow_kept', 'end_kept']) {
      const own = report(`${pair.split('_')[0] ?? ''}_own`).fields as Record<string, number>;
      const other = report(pair);
      expect(other.status, JSON.stringify(other.problem)).toBe('ok');
      for (const name of ['train', 'test', 'bias', 'variance', 'classification'])
        // Where particles are sampled, the own error has the bias of few groups taken off.
        expect((other.fields as Record<string, number>)[name] ?? 0, `${pair}.${name}`).toBeCloseTo(
          own[name] ?? 0,
          /^(lazy|linear)/.test(pair) ? 7 : 2,
        );
    }
  });
});

test.each([
  ['error(pre, readout: "kept")', 'readout: is only used with on:, the other task; give it too'],
  ['error(pre, on: wide)', "on: must have inputs of dimension 1 as the kernel's, got 3"],
  ['error(pre, on: untested)', 'on: has no test examples to measure the error on'],
  [
    'error(flat, on: b)',
    'kernel: of a proportional network errors are known on its own task only: how far its readout scatters elsewhere is not',
  ],
])('%s says what is wrong', async (formula, message) => {
  const report = await evaluate(
    `${sheet}wide = linear_task(dim: 3, train: 4, test: 4)
untested = table("b.csv", label: "y")
flat = source_kernel(a, theory: "proportional", activation: "linear", temperature: 0.5, width: 20)
bad = ${formula}`,
    files,
  );
  expect(report('bad').problem?.message).toBe(message);
});

it('warns where the system of the other task is nearly singular, and says its own condition', async () => {
  const report = await evaluate(
    `a = linear_task(dim: 1, train: 3, test: 2)
b = linear_task(like: a, alignment: 1, train: 40, test: 2)
fine = error(source_kernel(a, theory: "lazy", activation: "linear", temperature: 0.1), on: b)
poor = error(source_kernel(a, theory: "lazy", activation: "linear", temperature: 0.00000000000001), on: b)
`,
  );
  expect(report('fine').warnings).toEqual([]);
  expect(report('fine').diagnostics.condition).toBeGreaterThan(10);
  const { warnings, problem } = report('poor');
  expect(problem?.message ?? warnings.join()).toMatch(/singular|not positive definite/);
});
