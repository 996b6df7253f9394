import { expect, it, test } from 'vitest';
import { evaluate } from '../../support/evaluate';

const kernels = `lazy = source_kernel(a, theory: "lazy", depth: 2)
linear = source_kernel(a, theory: "bayes", activation: "linear")
erf = source_kernel(a, theory: "bayes", particles: 64)
flow = source_kernel(a, theory: "flow", time: 3, particles: 64)
flat = source_kernel(a, theory: "proportional", activation: "linear", width: 20)
deep = source_kernel(a, theory: "bayes", activation: "linear", depth: 2)`;

/** A sheet of three tasks, those of the kernels above that the lines mention, and the lines. */
const sheetOf = (lines: string): string =>
  [
    `a = linear_task(dim: 3, train: 6, test: 9, seed: 1)
b = linear_task(like: a, alignment: 0.6, train: 6, test: 9, seed: 2)
c = linear_task(like: a, alignment: -0.4, train: 6, test: 9, seed: 3)`,
    ...kernels.split('\n').filter((line) => new RegExp(`\\b${line.split(' ')[0]!}\\b`).test(lines)),
    lines,
  ].join('\n');

it('three tasks, one after another, by each theory that knows chains; δ of each coupling may be swept', async () => {
  const report = await evaluate(
    sheetOf(`delta = each(0, 2)
${['lazy', 'linear', 'erf', 'flow']
  .map((one) => `end_${one} = error(target_kernel(coupling(target_kernel(coupling(${one}, delta: delta), b), delta: 2), c))`)
  .join('\n')}`),
  );
  for (const one of ['lazy', 'linear', 'erf', 'flow']) {
    const { status, fields, problem } = report(`end_${one}`);
    expect(status, JSON.stringify(problem)).toBe('ok');
    const [scratch, tied] = fields.test as number[];
    expect(scratch).not.toBe(tied);
  }
});

it('warns at its end of what was wrong with its beginning', async () => {
  // Steps a hundred times too long.
  const report = await evaluate(
    sheetOf(`bad = source_kernel(a, theory: "bayes", activation: "erf", particles: 64, solver: "particles", stretch: 100, gamma: 3)
second = target_kernel(coupling(bad, delta: 1), b)
third = target_kernel(coupling(second, delta: 1), c)
err = error(third)
back = error(third, on: a, readout: "refit")`),
  );
  const said = report('bad').warnings.find((text) => text.includes('virial identity off by 52 %')) ?? 'nothing';
  expect(report('bad').warnings).toContain(said);
  for (const key of ['second', 'third', 'err', 'back']) {
    expect(report(key).status).toBe('ok');
    expect(report(key).warnings, key).toContain(`bad: ${said}`);
  }
});

test.each([
  [
    'coupling(target_kernel(coupling(flat, delta: 1), b), delta: 1)',
    'source_kernel: must be a source kernel: the proportional theory is for two tasks, not for a chain of three',
  ],
  [
    'coupling(target_kernel(coupling(deep, delta: 1), b), delta: 1)',
    'source_kernel: must be a source kernel: bayes computes chains only for networks of one hidden layer, got depth 2',
  ],
  [
    'coupling(target_kernel(coupling(flow, delta: 1), b, gamma: 0), delta: 1)',
    'source_kernel: must have gamma > 0 in flow: at γ = 0 no neuron moves, so the next task has no trained source to start from',
  ],
  ...['lazy', 'linear', 'erf', 'flat'].map((one) => [
    `target_kernel(coupling(${one}, readout: "kept"), b)`,
    `coupling: its readout must be "fresh" in the theory ${{ lazy: 'lazy', flat: 'proportional' }[one] ?? 'bayes'}, where the target's last layer is drawn anew, got "kept"; flow keeps it`,
  ]),
  [
    'networks(coupling(linear, readout: "kept"), b, width: 8, seeds: 2)',
    'coupling: its readout must be "fresh" for the method "langevin", whose target has a readout of its own, got "kept"; gradient keeps it',
  ],
])('%s says what is wrong', async (formula, message) => {
  const report = await evaluate(sheetOf(`bad = ${formula}`));
  expect(report('bad').problem?.message).toBe(message);
});

it('keeps the readout where a method does: flow, and networks by gradient after any theory', async () => {
  const report = await evaluate(
    sheetOf(`kept = target_kernel(coupling(flow, readout: "kept"), b)
swept = target_kernel(coupling(linear, readout: each("fresh", "kept")), b)
nets = networks(coupling(lazy, readout: "kept"), b, width: 8, seeds: 2, method: "gradient", time: 1)`),
  );
  for (const key of ['kept', 'nets']) expect(report(key).status, JSON.stringify(report(key).problem)).toBe('ok');
  // One of its two points has a value.
  expect(report('swept').status).toBe('ok');
  expect(report('swept').warnings.join()).toMatch(/no value at/);
});

it('trains networks on all tasks of a chain, by the method of their theory', async () => {
  const report = await evaluate(
    sheetOf(`two = target_kernel(coupling(flow, delta: 1), b, gamma: 0.7)
nets = networks(coupling(two, delta: 0.5), c, width: 16, seeds: 3)
three = target_kernel(coupling(linear, delta: 1), b)
sampled = networks(coupling(three, delta: each(0.5, 2)), c, width: 8, seeds: 3, burn_in: 4, samples: 6, thinning: 1)`),
  );
  for (const key of ['nets', 'sampled']) expect(report(key).status, JSON.stringify(report(key).problem)).toBe('ok');
  expect(report('nets').fields.test).toBeGreaterThan(0);
});
