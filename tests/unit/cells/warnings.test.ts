import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../../../src/cli/outcome';
import { jsonText } from '../../../src/cli/json';
import { reportLines } from '../../../src/cli/lines';
import { kinds } from '$lib/cells/registry';
import type { CellReport } from '$lib/worker/protocol';
import { evaluate, TestSheet } from '../../support/evaluate';

const bad = 'gamma: 2, temperature: 0.05, particles: 64, stretch: 10';
const good = 'gamma: 0.05, temperature: 1, particles: 256';

/** A source of particles whose steps are ten times too long (`bad`) or as they should be (`good`), and all that uses it. */
const sheet = (source: string): string => `
task = linear_task(dim: 5, train: 8, test: 6, seed: 3)
pre = source_kernel(task, activation: "erf", ${source})
same = pre
link = coupling(pre, delta: 2)
rigid = coupling(pre, delta: each(1, 1000))
post = target_kernel(link, task)
nets = networks(link, task, width: 4, seeds: 2, burn_in: 1, samples: 2, thinning: 1)
told = history(networks(rigid, task, width: 4, seeds: 2, method: "gradient", time: 0.1))
err = error(pre)
late = error(post)
modes = spectrum(pre)
alike = alignment(post, pre)
law = density(pre, count: 3)
sizes = each(1, 2)
curve = learning_curve(pre, task, sizes: sizes)
figure = plot(curve.test)
map = heatmap(pre)
least = min(curve.test)
most = max(err.test, err.train)
half = err.test / 2
size = abs(half)
chosen = curve.test[sizes: 1]
verdict = check(err.test < 100)
smaller = err.test < 100
truth = check(smaller)
`;

/** All that takes a kernel, a coupling or a field of numbers from `pre`. */
const users = 'link rigid post nets told err late modes alike law curve figure map least most half size chosen verdict smaller truth'.split(
  ' ',
);

const virial = /virial identity off by/;

const told = new TestSheet();
let reports: ReadonlyMap<string, CellReport>;

beforeAll(async () => {
  reports = await told.evaluate(sheet(bad));
}, 60_000);

afterAll(() => {
  told.host.dispose();
});

test('a bad source is told of at every cell that uses it, once, by its name', () => {
  const of = (key: string): CellReport => {
    const report = reports.get(key);
    if (!report) throw new Error(`no report of ${key}`);
    return report;
  };
  expect(of('pre').warnings.filter((text) => virial.test(text))).toHaveLength(1);
  expect(of('pre').warnings.filter((text) => text.startsWith('pre:'))).toEqual([]);
  for (const user of ['same', ...users]) {
    expect(of(user).status, user).toBe('ok');
    for (const warning of of('pre').warnings)
      expect(
        of(user).warnings.filter((text) => text === `pre: ${warning}`),
        user,
      ).toHaveLength(1);
  }
  expect(of('task').warnings).toEqual([]);
});

test('a right source is told of at none of them', async () => {
  const of = await evaluate(sheet(good));
  for (const cell of ['pre', ...users])
    expect(
      of(cell).warnings.filter((text) => text.startsWith('pre') || virial.test(text)),
      cell,
    ).toEqual([]);
}, 20_000);

/** A linear source of four hidden layers whose equations have several solutions, and what only such sources have. */
const deep = `
task = linear_task(dim: 5, train: 8, test: 6, seed: 3)
pre = source_kernel(task, activation: "linear", depth: 4, gamma: 41, temperature: 300)
post = target_kernel(coupling(pre, delta: 2), task, gamma: 1, temperature: 0.1)
alike = overlap(post)
`;

test('a deep source with several solutions is told of at its target and their overlap', async () => {
  const of = await evaluate(deep);
  const [warning] = of('pre').warnings;
  expect(warning).toMatch(/^\d solutions of the equations/);
  for (const user of ['post', 'alike']) expect(of(user).warnings, user).toContain(`pre: ${warning}`);
});

test('every kind that takes a kernel, a coupling or a field is in the sheets of these tests', () => {
  const takers = [...kinds.values()].filter(({ parameters }) =>
    Object.values(parameters).some(
      ({ accepts = [], whole }) => whole === true || accepts.some((type) => ['source kernel', 'target kernel', 'coupling'].includes(type)),
    ),
  );
  const called = takers.map(({ name }) => name).filter((name) => /^\w+$/.test(name));
  const reductions = ['max', 'mean', 'argmin', 'argmax'];
  for (const name of called.filter((each) => !reductions.includes(each))) expect(sheet(good) + deep).toContain(`${name}(`);
  expect(called.length).toBeGreaterThan(10);
});

test('points of a sweep that differ in the figure only are told once, with the worst; a good point is told of nothing', async () => {
  const of = await evaluate(`
task = linear_task(dim: 20, train: 8, test: 6, seed: 3)
richness = each(0.02, 3, 4)
pre = source_kernel(task, activation: "erf", gamma: richness, temperature: 0.3 / (0.1 + richness), particles: 256, stretch: 30)
err = error(pre)
good = err.test[richness: 0.02]
bad = err.test[richness: 3]
`);
  expect(of('pre').warnings.filter((text) => virial.test(text))).toHaveLength(1);
  expect(of('err').warnings.filter((text) => virial.test(text))).toHaveLength(1);
  expect(of('err').warnings.find((text) => virial.test(text))).toMatch(/^pre: .*the worst of 2 like it/);
  expect(of('good').warnings).toEqual([]);
  expect(of('bad').warnings.find((text) => virial.test(text))).toMatch(/^pre: (?!.*the worst of)/);
});

test('the view of a kernel, the lines of the command line and its JSON have them', async () => {
  const view = await told.host.view('post', { point: 0, theme: 'light' });
  expect(view.type === 'kernel' && view.warnings.some((text) => text.startsWith('pre: virial'))).toBe(true);
  const outcomes = ['post', 'half', 'verdict'].map((key) => outcomeOf(key, reports.get(key), 1, ''));
  for (const line of reportLines(outcomes)) expect(line).toMatch(/; warning: pre: virial identity off by/);
  const json: unknown = JSON.parse(jsonText({ backend: 'reference', adapter: '', notice: '' }, outcomes, new Map()));
  expect(json).toHaveProperty('cells.half.warnings.0', expect.stringMatching(/^pre: virial/));
});
