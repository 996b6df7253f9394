import { describe, expect, it } from 'vitest';
import type { CellReport } from '$lib/worker/protocol';
import { evaluate, TestSheet } from '../../support/evaluate';

const sheet = (nets: string, more = '') => `
source = linear_task(dim: 4, train: 8, test: 12, seed: 1)
target = linear_task(dim: 4, train: 6, test: 12, seed: 2)
delta = each(0.1, 10)
pre = source_kernel(source, theory: "lazy", activation: "erf", gamma: 1, temperature: 0.1)
link = coupling(pre, delta: 1)
swept = coupling(pre, delta: delta)
nets = networks(link, target, method: "gradient", ${nets})
${more}`;

const small = 'width: 8, seeds: 3, time: 1';
const numbers = (report: CellReport | undefined, name: string): number[] => report?.fields[name] as number[];

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('networks', () => {
  it('give the fields of errors, with standard errors beside them, to formulas and plots', async () => {
    const of = await evaluate(
      sheet(
        small,
        'bar = nets.test.stderr\nmore = networks(swept, target, method: "gradient", width: each(4, 8), seeds: 2, time: 0.2)\nfigure = plot(more.test, x: delta)',
      ),
    );
    const { fields, diagnostics, status } = of('nets');
    expect(status).toBe('ok');
    const names = ['train', 'test', 'bias', 'variance', 'classification'];
    const norm = ['readout_norm', 'readout_norm.stderr'];
    expect(Object.keys(fields)).toEqual([...names, ...names.map((name) => `${name}.stderr`), ...norm]);
    expect(fields['test']).toBeCloseTo(Number(fields['bias']) + Number(fields['variance']), 12);
    expect(of('bar').fields['value']).toBe(fields['test.stderr']);
    expect(diagnostics).toMatchObject({ networks: 3, stderr: fields['test.stderr'] });
    expect(of('more').axes.map(({ name, values }) => [name, values])).toEqual([
      ['delta', [0.1, 10]],
      ['each_1', [4, 8]],
    ]);
    expect(of('figure').status).toBe('ok');
  });

  it('are drawn as points with bars, named after their width', async () => {
    const test = new TestSheet();
    await test.evaluate(
      sheet(
        small,
        'nn = networks(swept, target, method: "gradient", width: each(4, 8), seeds: 2, time: 0.2)\nfig = plot(nn.test, x: delta)',
      ),
    );
    const view = await test.host.view('fig', { point: 0, theme: 'light' });
    test.host.dispose();
    if (view.type !== 'plot') throw new Error(view.type);
    expect(view.series.map(({ name, mark, stderr }) => [name, mark, stderr?.length])).toEqual([
      ['nn.test, N = 4', 'points', 2],
      ['nn.test, N = 8', 'points', 2],
    ]);
  });

  it('of one seed have no standard error, and say why', async () => {
    const of = await evaluate(sheet('width: 4, seeds: 1, time: 1', 'bar = nets.test.stderr'));
    expect(of('nets').status).toBe('ok');
    expect(of('bar').problem?.message).toBe('test.stderr: one network has no standard error; train two or more (seeds: 2)');
  });

  it('want examples to be measured on, and say so', async () => {
    const of = await evaluate(
      sheet(
        'width: 4, seeds: 2, time: 1',
        'untested = linear_task(dim: 4, train: 8, test: 0)\nmute = networks(link, untested, width: 4, seeds: 2)',
      ),
    );
    expect(of('nets').status).toBe('ok');
    expect(of('mute').problem?.message).toBe('target: its dataset has no test examples to measure the errors on');
  });

  it('that diverge say at which step, and are not plotted', async () => {
    const of = await evaluate(sheet('width: 8, seeds: 2, time: 4000, step: 4', 'figure = plot(nets.test)'));
    expect(of('nets').problem?.message).toMatch(
      /^network \d of width 8 diverged by step \d+ of its source task; give a shorter step or a smaller gamma$/,
    );
    expect(of('figure').status).toBe('waiting');
  });

  it('whose loss grows beyond what any flow could are lost, finite though it is, and tell of the task in which it was', async () => {
    const of = await evaluate(
      sheet(
        'width: 16, seeds: 2, time: 10, step: 1',
        'calm = networks(link, target, method: "gradient", width: 16, seeds: 2, time: 1, step: 0.01)',
      ),
    );
    const message = of('nets').problem?.message ?? '';
    expect(message).toMatch(/^network \d of width 16 diverged by step [1-9]\d? of its source task/);
    expect(Number(/step (\d+)/.exec(message)?.[1])).toBeLessThanOrEqual(10);
    expect(of('calm').status).toBe('ok');
  });

  it('reach the time they are told whatever the step, if only in one', async () => {
    const of = await evaluate(
      sheet(
        'width: 4, seeds: 2, time: 0.1, step: 5',
        'uneven = networks(link, target, method: "gradient", width: 4, seeds: 2, time: 0.1, step: 0.04)\nhist = history(nets)',
      ),
    );
    expect(of('nets').diagnostics).toMatchObject({ steps: 1, step: 0.1 });
    expect(numbers(of('hist'), 'train').at(-1)).toBeLessThan(numbers(of('hist'), 'train')[0]!);
    expect(of('uneven').diagnostics).toMatchObject({ steps: 3 });
    expect(of('uneven').diagnostics['step']).toBeCloseTo(0.1 / 3, 12);
  });

  it('of two seeds say nothing of how their bias and variance scatter', async () => {
    const of = await evaluate(sheet('width: 4, seeds: 2, time: 1', 'bar = nets.variance.stderr'));
    expect(of('nets').fields).toHaveProperty(['test.stderr']);
    for (const name of ['bias.stderr', 'variance.stderr']) expect(of('nets').fields).not.toHaveProperty([name]);
    expect(of('bar').problem?.message).toBe(
      'variance.stderr: fewer than three networks have no standard error of it; train three or more (seeds: 3)',
    );
  });

  it('have the time and the decay of a source of gradient flow, unless they are told others for the target', async () => {
    const flow = (nets: string): string => `
source = linear_task(dim: 4, train: 8, test: 12, seed: 1)
target = linear_task(dim: 4, train: 6, test: 12, seed: 2)
link = coupling(source_kernel(source, theory: "flow", gamma: 1, time: 0.5, weight_decay: 0.3, particles: 16), delta: 0.2)
nets = networks(link, target, width: 6, seeds: 2${nets})
same = networks(link, target, width: 6, seeds: 2, time: 0.5, weight_decay: 0.3)
after = history(nets)
before = history(nets, stage: "source")`;
    const of = await evaluate(flow(''));
    expect(of('nets').fields).toEqual(of('same').fields);
    expect(of('after').axes[0]?.values.at(-1)).toBe(0.5);
    const other = await evaluate(flow(', time: 0.2, weight_decay: 0'));
    expect([other('before'), other('after')].map(({ axes }) => axes[0]?.values.at(-1))).toEqual([0.5, 0.2]);
    expect(numbers(other('before'), 'train')).toEqual(numbers(of('before'), 'train'));
    expect(other('nets').fields).not.toEqual(of('nets').fields);
  });

  it('have a history over time, that begins untrained and ends with their errors', async () => {
    const of = await evaluate(sheet(small, 'hist = history(nets)\nbefore = history(nets, stage: "source")\nno = history(error(pre))'));
    const [hist, nets] = [of('hist'), of('nets')];
    const times = hist.axes[0]?.values as number[];
    expect([hist.axes[0]?.name, times[0], times.at(-1)]).toEqual(['time', 0, 1]);
    expect(numbers(hist, 'test').at(-1)).toBeCloseTo(nets.fields['test'] as number, 12);
    expect(numbers(hist, 'test.stderr').at(-1)).toBeCloseTo(nets.fields['test.stderr'] as number, 12);
    const train = numbers(hist, 'train');
    expect(train.at(-1)).toBeLessThan(0.3 * (train[0] ?? 0));
    expect(numbers(of('before'), 'train').at(-1)).toBeLessThan(0.3 * (numbers(of('before'), 'train')[0] ?? 0));
    expect(of('no').problem?.message).toBe('networks: must be a network ensemble or a target kernel or a source kernel, got an errors');
  });
});

describe('histories at moments of a list', () => {
  const flow = (more: string): string => `
source = linear_task(dim: 4, train: 8, test: 12, seed: 1)
target = linear_task(dim: 4, train: 6, test: 12, seed: 2)
link = coupling(source_kernel(source, theory: "flow", gamma: 1, time: 2, particles: 64), delta: 0)
nets = networks(link, target, width: 16, seeds: 3, time: 2)
law = target_kernel(link, target)
${more}`;

  it('of theory and networks share an axis, begin and end as they did, and are drawn together', async () => {
    const test = new TestSheet();
    const moments = [0, 0.25, 1, 2];
    await test.evaluate(
      flow(`moments = [${moments.join(', ')}]
a = history(law, at: moments)
b = history(nets, at: moments)
whole = history(nets)
figure = plot(a.test, b.test, x: time)
gap = b.test - a.test`),
    );
    const [a, b, all] = ['a', 'b', 'whole'].map((key) => test.reports.get(key));
    for (const report of [a, b]) expect(report?.axes).toEqual([{ name: 'time', values: moments }]);
    expect(test.reports.get('gap')?.status).toBe('ok');
    // The records of networks stand at (k/64)² of the time: three of these moments or all but one between them.
    const times = all?.axes[0]?.values as number[];
    for (const name of ['test', 'train', 'alignment', 'test.stderr']) {
      const [told, recorded] = [numbers(b, name), numbers(all, name)];
      expect(told[0]).toBe(recorded[0]);
      expect(told.at(-1)).toBe(recorded.at(-1));
    }
    const after = times.findIndex((time) => time >= 0.25);
    const [left, right] = [numbers(all, 'train')[after - 1]!, numbers(all, 'train')[after]!];
    expect(numbers(b, 'train')[1]).toBeLessThan(Math.max(left, right));
    expect(numbers(b, 'train')[1]).toBeGreaterThan(Math.min(left, right));
    const view = await test.host.view('figure', { point: 0, theme: 'light' });
    const own = await test.host.view('b', { point: 0, theme: 'light' });
    test.host.dispose();
    if (view.type !== 'plot' || own.type !== 'plot') throw new Error(view.type);
    expect(own.series.map(({ name, stderr }) => [name, stderr])).toEqual(
      ['test', 'train', 'alignment'].map((name) => [name, numbers(b, `${name}.stderr`)]),
    );
    expect(view.series.map(({ mark, stderr }) => [mark, stderr?.length])).toEqual([
      ['line', undefined],
      ['points', moments.length],
    ]);
  });

  it('are refused after the end, and out of order', async () => {
    const of = await evaluate(flow('late = history(nets, at: [1, 3])\nlater = history(law, at: [5])\nback = history(nets, at: [1, 0.5])'));
    expect(of('late').problem?.message).toBe('at: must be times from 0 to 2, when the training ended, got 3');
    expect(of('later').problem?.message).toBe('at: must be times from 0 to 2, when the training ended, got 5');
    expect(of('back').problem?.message).toBe('at: must be a list of times ≥ 0 in ascending order, got [1, 0.5]');
  });
});

describe('training', () => {
  const values = (report: CellReport | undefined): unknown => report?.fields;

  it('that was stopped goes on to the same result', async () => {
    const fresh = new TestSheet();
    const whole = (await fresh.evaluate(sheet('width: 16, seeds: 4, time: 120'))).get('nets');
    fresh.host.dispose();
    const test = new TestSheet();
    const live: CellReport[] = [];
    await test.host.listen((reports) => {
      for (const report of reports) {
        test.reports.set(report.key, report);
        if (report.key === 'nets' && report.live > 0) live.push(report);
      }
    });
    const run = test.evaluate(sheet('width: 16, seeds: 4, time: 120'));
    while (!live.some(({ progress }) => progress > 0.4)) await pause(5);
    await test.host.stop('nets');
    await run;
    const stopped = test.reports.get('nets');
    expect(stopped).toMatchObject({ status: 'stopped', fields: {} });
    const view = await test.host.view('nets', { point: 0, theme: 'light' });
    expect(view).toMatchObject({ type: 'training', done: false, networks: 4 });
    await test.host.resume('nets');
    // It is not begun again: what was done is not done anew, but for the slice that was under way.
    expect(test.backend.dispatches).toBeLessThan(1.2 * fresh.backend.dispatches);
    expect(values(test.reports.get('nets'))).toEqual(values(whole));
    test.host.dispose();
  }, 60_000);

  it('for longer goes on from what was there, to the result of training for so long at once', async () => {
    const test = new TestSheet();
    await test.evaluate(sheet(small));
    const short = test.reports.get('nets');
    const begun = test.backend.dispatches;
    await test.evaluate(sheet(`${small}, longer: 3`));
    const continued = test.backend.dispatches - begun;
    const long = test.reports.get('nets');
    expect(numbers(short, 'train')).not.toEqual(numbers(long, 'train'));
    test.host.dispose();

    const fresh = new TestSheet();
    await fresh.evaluate(sheet(`${small}, longer: 3`));
    expect(values(long)).toEqual(values(fresh.reports.get('nets')));
    // Source and first length are not trained anew.
    expect(continued).toBeLessThan(0.8 * fresh.backend.dispatches);
    // And back again: what was remembered, or trained anew, is what it was.
    await fresh.evaluate(sheet(small));
    expect(values(fresh.reports.get('nets'))).toEqual(values(short));
    fresh.host.dispose();
  });

  it('tells its curves while it goes on', async () => {
    const test = new TestSheet();
    let most = 0;
    await test.host.listen((reports) => {
      for (const { key, live, status } of reports) if (key === 'nets' && status === 'computing') most = Math.max(most, live);
    });
    await test.host.evaluate(sheet('width: 16, seeds: 4, time: 120'));
    expect(most).toBeGreaterThan(0);
    test.host.dispose();
  }, 60_000);
});

describe('arrays of networks', () => {
  it('are the weights, features and outputs of one, and agree with one another', async () => {
    const test = new TestSheet();
    await test.evaluate(sheet(small));
    const one = await test.host.arrays('nets', { point: 0, network: 1 });
    expect(one.map(({ name, shape }) => [name, shape])).toEqual([
      ['w1', [8, 4]],
      ['v', [8]],
      ['train_features', [6, 8]],
      ['test_features', [12, 8]],
      ['train_outputs', [6]],
      ['test_outputs', [12]],
    ]);
    const all = await test.host.arrays('nets', { point: 0 });
    expect(all.find(({ name }) => name === 'w1')?.shape).toEqual([3, 8, 4]);
    expect(all.find(({ name }) => name === 'w1')?.data.slice(32, 64)).toEqual(one[0]?.data);
    // They are the same when the networks have gone on since, and are trained again.
    await test.evaluate(sheet(`${small}, longer: 1`));
    await test.evaluate(sheet(small));
    expect(await test.host.arrays('nets', { point: 0, network: 1 })).toEqual(one);
    const kernel = await test.host.arrays('pre', { point: 0 });
    expect(kernel.map(({ name, shape }) => [name, shape])).toEqual([['matrix', [8, 8]]]);
    test.host.dispose();
  });
});
