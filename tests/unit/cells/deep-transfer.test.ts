import { expect, test } from 'vitest';
import { evaluate } from '../../support/evaluate';

const deep = `s = linear_task(dim: 12, train: 10, test: 20, seed: 1)
t = linear_task(like: s, alignment: 0.8, train: 6, test: 20, seed: 2)
delta = each(0, 1, 100)
pre = source_kernel(s, theory: "bayes", activation: "linear", gamma: 1, depth: 3)
post = target_kernel(coupling(pre, delta: delta), t)
err = error(post)
alike = overlap(post)
first = alignment(post, layer: 1)
last = alignment(post, layer: 3)
whole = alignment(post)
below = spectrum(pre, layer: 2)
wide = density(pre, layer: 1)
`;

test('a deep linear transfer is one sheet: errors, overlaps and views of every layer', async () => {
  const report = await evaluate(deep);
  for (const key of ['err', 'alike', 'first', 'last', 'below', 'wide']) expect(report(key), key).toMatchObject({ status: 'ok' });
  expect(report('alike').axes.map(({ name, values }) => [name, values.length])).toEqual([
    ['delta', 3],
    ['layer', 3],
  ]);
  const targets = report('alike').fields.targets as readonly number[];
  expect(targets.slice(0, 3)).toEqual([0, 0, 0]);
  // What two targets share fades from layer to layer.
  expect(targets[3]).toBeGreaterThan(targets[4] ?? NaN);
  expect(report('last').fields.alignment).toEqual(report('whole').fields.alignment);
  // Each layer turns the kernel further towards the labels.
  (report('last').fields.alignment as readonly number[]).forEach((value, i) =>
    expect(value).toBeGreaterThan((report('first').fields.alignment as readonly number[])[i] ?? NaN),
  );
});

test.each([
  ['alignment(pre, layer: 4)', 'layer: must be a whole number from 1 to 3, the depth of the network, got 4'],
  ['overlap(two)', /^kernel: overlaps are known for bayes targets of networks with two to four hidden layers, got bayes, linear, depth 1$/],
  ['spectrum(pre, layer: 0)', 'layer: must be a whole number ≥ 1, got 0'],
])('%s says what is wrong', async (formula, message) => {
  const report = await evaluate(`${deep}
one = source_kernel(s, theory: "bayes", activation: "linear")
two = target_kernel(coupling(one, delta: 1), t)
bad = ${formula}`);
  expect(report('bad').problem?.message).toMatch(message);
  expect(report('err')).toMatchObject({ status: 'ok' });
});

test('a layer of a lazy network is the network of that depth', async () => {
  const report = await evaluate(`s = linear_task(dim: 3, train: 4, test: 5, seed: 1)
deep = source_kernel(s, theory: "lazy", activation: "erf", depth: 3)
flat = source_kernel(s, theory: "lazy", activation: "erf", depth: 2)
mine = spectrum(deep, layer: 2)
theirs = spectrum(flat)`);
  expect(report('mine').fields.eigenvalue).toEqual(report('theirs').fields.eigenvalue);
});
