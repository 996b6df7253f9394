import { describe, expect, test, vi } from 'vitest';
import type { Theory } from '$lib/theory/theory';
import { suggest } from '$lib/ui/formula/complete';
import { kindReports } from '$lib/worker/kind-reports';
import { evaluate } from '../../support/evaluate';

/** The one line that a new theory takes: `theories.ts` with the toy in its list. */
vi.mock('$lib/cells/theories', async (original) => {
  const { theories } = await original<{ theories: readonly Theory[] }>();
  const { toy } = await import('../../support/toy-theory');
  return { theories: [...theories, toy] };
});

const sheet = (source: string, target = ''): string =>
  [
    'task = linear_task(dim: 3, train: 4, test: 2)',
    `pre = source_kernel(task, ${source})`,
    'link = coupling(pre, delta: 3)',
    `err = error(target_kernel(link, task${target}))`,
  ].join('\n');

describe('a theory that is one file and one line', () => {
  test('computes source, target and errors with its own parameters', async () => {
    const of = await evaluate(sheet('theory: "toy", strength: 5', ', pull_back: 0.5'));
    expect(of('err').problem).toBeUndefined();
    expect(of('err').fields['test']).toBe(6.5);
    expect((await evaluate(sheet('theory: "toy"')))('err').fields['test']).toBe(2);
  });

  test('is swept beside another theory', async () => {
    const of = await evaluate(sheet('theory: each("toy", "lazy"), strength: each(3, 4), temperature: 0.5'));
    const { fields, axes } = of('err');
    expect(axes.map(({ values }) => values)).toEqual([
      ['toy', 'lazy'],
      [3, 4],
    ]);
    expect((fields['test'] as number[]).slice(0, 2)).toEqual([3, 4]);
  });

  test('has its own problems, of range, of use and of its own making', async () => {
    const problem = async (told: string): Promise<string | undefined> => (await evaluate(sheet(told)))('pre').problem?.message;
    expect(await problem('theory: "toy", strength: 11')).toBe('strength: must be a number > 0 and ≤ 10, got 11');
    expect(await problem('theory: "toy", strength: 7')).toBe('strength: seven is not for toys');
    expect(await problem('theory: "toy", gamma: 1')).toMatch(/^gamma: theory "toy" does not use it/);
    expect(await problem('theory: "lazy", strength: 1')).toBe('strength: theory "lazy" does not use it; it is a parameter of theory "toy"');
  });

  test('is in the documentation and in the completion', () => {
    const kinds = kindReports();
    const source = kinds.find(({ name }) => name === 'source_kernel');
    const parameter = (name: string) => source?.parameters.find((one) => one.name === name);
    expect(parameter('theory')?.expected).toContain('"toy"');
    expect(parameter('strength')).toMatchObject({
      expected: 'a number > 0 and ≤ 10',
      defaultText: '2',
      meaning: 'the factor of the toy kernel',
      theories: ['toy'],
    });
    const offered = (text: string): string[] => suggest(text, { kinds, names: [] }, true)?.options.map(({ label }) => label) ?? [];
    expect(offered('source_kernel(task, theory: "toy", ').filter((label) => label.endsWith(':'))).toEqual([
      'data:',
      'temperature:',
      'strength:',
    ]);
    expect(offered('source_kernel(task, theory: "lazy", ')).not.toContain('strength:');
  });

  test('shows in the inspector what it uses, and what else is given', async () => {
    const names = async (told: string): Promise<string[]> => (await evaluate(sheet(told)))('pre').parameters.map(({ name }) => name);
    expect(await names('theory: "toy"')).toEqual(['data', 'theory', 'temperature', 'strength']);
    expect(await names('theory: "toy", time: 3')).toEqual(['data', 'theory', 'temperature', 'time', 'strength']);
  });
});

test.each([
  ['lazy', ['activation', 'gamma', 'temperature', 'depth', 'kernel', 'jitter', 'seed']],
  ['bayes', ['activation', 'gamma', 'temperature', 'depth', 'jitter', 'seed', 'particles', 'solver', 'stretch']],
  ['flow', ['activation', 'gamma', 'temperature', 'depth', 'seed', 'particles', 'time', 'step', 'weight_decay']],
  ['proportional', ['activation', 'temperature', 'depth', 'seed', 'width']],
])('the inspector of theory "%s" shows the parameters that it uses', async (theory, names) => {
  const of = await evaluate(`task = linear_task(dim: 2, train: 2, test: 2)\npre = source_kernel(task, theory: "${theory}", seed: 2)`);
  expect(of('pre').parameters.map(({ name }) => name)).toEqual(['data', 'theory', ...names]);
});
