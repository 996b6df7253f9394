import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';

/** Problems that are found before anything runs, by cell. */
const problemsOf = (text: string): Record<string, string> =>
  Object.fromEntries(compile(parse(text), kinds).nodes.flatMap(({ id, problem }) => (problem ? [[id, problem.message]] : [])));

const task = 'task = linear_task(dim: 3, train: 4, test: 2)\n';
const kernel = (told: string): string | undefined => problemsOf(`${task}k = source_kernel(task, ${told})`)['k'];

describe('a parameter of a source kernel that its theory does not use is an error that says which theories do', () => {
  test.each([
    ['theory: "lazy", particles: 64', 'particles: theory "lazy" does not use it; it is a parameter of theory "bayes", "flow"'],
    ['theory: "lazy", width: 50', 'width: theory "lazy" does not use it; it is a parameter of theory "proportional"'],
    ['theory: "bayes", time: 5', 'time: theory "bayes" does not use it; it is a parameter of theory "flow"'],
    ['kernel: "ntk"', 'kernel: theory "bayes" does not use it; it is a parameter of theory "lazy"'],
    ['theory: "flow", width: 50', 'width: theory "flow" does not use it; it is a parameter of theory "proportional"'],
    ['theory: "flow", kernel: "ntk"', 'kernel: theory "flow" does not use it; it is a parameter of theory "lazy"'],
    ['theory: "flow", jitter: "auto"', 'jitter: theory "flow" does not use it; it is a parameter of theory "lazy", "bayes"'],
    [
      'theory: "proportional", gamma: 2',
      'gamma: theory "proportional" does not use it; it is a parameter of theory "lazy", "bayes", "flow"',
    ],
    ['theory: "proportional", weight_decay: 1', 'weight_decay: theory "proportional" does not use it; it is a parameter of theory "flow"'],
    ['theory: each("lazy", "bayes"), time: 5', 'time: none of the theories "lazy", "bayes" uses it; it is a parameter of theory "flow"'],
  ])('%s', (told, message) => {
    expect(kernel(told)).toBe(message);
  });
});

describe('a parameter that one of the theories of a sweep or a choice uses may be given', () => {
  test.each([
    'theory: each("bayes", "flow"), time: 5, temperature: 0.1',
    'theory: each("lazy", "bayes", "proportional"), particles: 32',
    'theory: "lazy", gamma: 1, seed: 3',
    'theory: "proportional", seed: 3',
    'theory: "flow", temperature: 0.1',
  ])('%s', (told) => {
    expect(kernel(told)).toBeUndefined();
  });

  test('a choice, and a sweep in a cell of its own', () => {
    const sheet = (theory: string): string => `${task}which = ${theory}\nk = source_kernel(task, theory: which, time: 5)`;
    expect(problemsOf(sheet('choice("bayes", ["bayes", "flow"])'))).toEqual({});
    expect(problemsOf(sheet('each("flow", "lazy")'))).toEqual({});
    expect(problemsOf(sheet('"flow"'))).toEqual({});
    expect(problemsOf(sheet('choice("bayes", ["bayes", "lazy"])'))['k']).toMatch(/^time: none of the theories "bayes", "lazy" uses it/);
    expect(problemsOf(sheet('"bayes"'))['k']).toMatch(/^time: theory "bayes" does not use it/);
  });
});

describe('a target kernel has the theory of its source', () => {
  const target = (source: string, told: string): string | undefined =>
    problemsOf(`${task}pre = source_kernel(task, ${source})\nlink = coupling(pre, delta: 1)\npost = target_kernel(link, task, ${told})`)[
      'post'
    ];

  test.each([
    [
      'theory: "flow"',
      'temperature: 1',
      'temperature: theory "flow" does not use it; it is a parameter of theory "lazy", "bayes", "proportional"',
    ],
    ['gamma: 1', 'trained: "readout"', 'trained: theory "bayes" does not use it; it is a parameter of theory "flow"'],
    ['theory: "lazy"', 'gamma: 1', 'gamma: theory "lazy" does not use it; it is a parameter of theory "bayes", "flow"'],
    ['theory: "proportional"', 'time: 1', 'time: theory "proportional" does not use it; it is a parameter of theory "flow"'],
  ])('%s and then %s', (source, told, message) => {
    expect(target(source, told)).toBe(message);
  });

  test('what its theory uses may be given, also where kernels are nested or swept', () => {
    expect(target('theory: "flow"', 'gamma: 0, time: 2, step: 0.1, weight_decay: 0.1, trained: "readout", centred: false')).toBeUndefined();
    expect(target('theory: each("bayes", "flow")', 'time: 2, temperature: 1')).toBeUndefined();
    expect(problemsOf(`${task}post = target_kernel(coupling(source_kernel(task)), task, time: 2)`)['post']).toMatch(
      /^time: theory "bayes"/,
    );
  });

  test('a circle is told as a circle', () => {
    expect(problemsOf('pre = source_kernel(pre, theory: which)\nwhich = choice(which, [which])')).toEqual({});
  });
});

test('no sheet of the gallery gives a parameter that is not used', () => {
  const folder = 'static/gallery';
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ksheet')))
    expect(problemsOf(readFileSync(`${folder}/${file}`, 'utf8')), file).toEqual({});
});
