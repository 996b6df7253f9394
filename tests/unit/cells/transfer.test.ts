import { expect, test } from 'vitest';
import { evaluate } from '../../support/evaluate';

/**
 * Linear tasks, D = 30, 60 source and 10 target examples, γ = 3. One draw of ten examples says little (its error scatters by a third),
 * so the curves are means over eight draws of both tasks.
 */
const sheet = (temperature: number): string => `
seed = each(1, 2, 3, 4, 5, 6, 7, 8)
alignment = each(0, 0.5)
delta = range(0.01, 1000, count: 11, scale: "log")
source = linear_task(dim: 30, train: 60, test: 200, seed: seed)
target = linear_task(like: source, alignment: alignment, train: 10, test: 200, seed: seed + 100)
pre = source_kernel(source, theory: "bayes", activation: "linear", gamma: 3, temperature: ${temperature})
err = error(target_kernel(coupling(pre, delta: delta), target))
curve = mean(err.test, over: seed)
negative = check(curve[alignment: 0, delta: 1000] > 1.05 * curve[alignment: 0, delta: 0.01])
worse = check(min(curve[alignment: 0]) > 0.99 * curve[alignment: 0, delta: 0.01])
best = argmin(curve[alignment: 0.5])
interior = check(min(curve[alignment: 0.5]) < 0.99 * min(curve[alignment: 0.5, delta: 0.01], curve[alignment: 0.5, delta: 1000]))
`;

test.each([0.05, 0.5])(
  'the sign of transfer at T = %d: negative without alignment, an optimum of δ inside with it',
  async (temperature) => {
    const report = await evaluate(sheet(temperature));
    for (const name of ['negative', 'worse', 'interior']) {
      expect(report(name).problem).toBeUndefined();
      expect(report(name).fields['pass'], name).toBe(true);
    }
    const best = report('best').fields['value'];
    expect(best).toBeGreaterThan(1);
    expect(best).toBeLessThan(100);
  },
);
