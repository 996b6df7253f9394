import { describe, expect, it } from 'vitest';
import { evaluate } from '../../support/evaluate';

const tasks = `
source = linear_task(dim: 4, train: 12, test: 20, seed: 1)
target = linear_task(like: source, alignment: 0.7, train: 6, test: 20, seed: 2)
pre = source_kernel(source, theory: "flow", gamma: 2, time: 8, particles: 64)
`;

describe('gradient flow on a sheet', () => {
  it('has errors, the best moment, and a history over time for each point of a sweep', async () => {
    const report = await evaluate(`${tasks}
delta = each(0, 1, 100)
post = target_kernel(coupling(pre, delta: delta), target, time: 4)
err = error(post)
past = history(post)
best = min(past.test, over: time)
same = check(best[delta: 1] == post.best_test[delta: 1])
figure = plot(past.test, past.train, past.source, past.alignment, x: time)
quick = history(pre)`);
    for (const key of ['err', 'past', 'figure', 'quick']) expect(report(key).status, JSON.stringify(report(key))).toBe('ok');
    expect(report('err').fields['test']).toHaveLength(3);
    expect(report('past').axes.map(({ name }) => name)).toEqual(['delta', 'time']);
    expect(report('same').fields).toMatchObject({ pass: true });
    expect(report('post').fields).toHaveProperty('best_time');
    expect(report('post').diagnostics).toHaveProperty('balance');
  });

  it('keeps or renews the readout, trains it alone, and takes over what is not said', async () => {
    const report = await evaluate(`${tasks}
kept = error(target_kernel(coupling(pre, readout: "kept"), target))
raw = error(target_kernel(coupling(pre, readout: "kept"), target, centred: false))
fresh = error(target_kernel(coupling(pre), target))
alone = error(target_kernel(coupling(pre), target, trained: "readout"))
decayed = error(target_kernel(coupling(pre), target, weight_decay: 0.1, gamma: 1, step: 0.1))`);
    const tests = ['kept', 'raw', 'fresh', 'alone', 'decayed'].map((key) => {
      expect(report(key).status, JSON.stringify(report(key))).toBe('ok');
      return report(key).fields['test'];
    });
    expect(new Set(tests).size).toBe(5);
  });

  it('says where there is no history', async () => {
    const report = await evaluate(`
source = linear_task(dim: 4, train: 6, test: 6)
past = history(source_kernel(source, theory: "lazy"))`);
    expect(report('past')).toMatchObject({ status: 'error' });
    expect(JSON.stringify(report('past'))).toMatch(/training time/);
  });
});
