import { describe, expect, it } from 'vitest';
import type { Vocabulary } from '$lib/ui/formula/complete';
import { explain } from '$lib/ui/formula/explain';
import { kindReports } from '$lib/worker/kind-reports';

const vocabulary: Vocabulary = {
  kinds: kindReports(),
  names: [{ name: 'err', kind: 'error', fields: ['test', 'train'], values: { test: '0.310 ± 0.012', train: '0.02' } }],
};

/** What is said of the word that begins at `word`. */
const said = (formula: string, word: string): string | undefined => {
  const found = explain(formula, formula.indexOf(word), vocabulary);
  return found && `${formula.slice(found.from, found.to)} | ${found.title} | ${found.text}`;
};

describe('what hovers over a word of a formula', () => {
  it('is a cell and its values, or one field of it', () => {
    expect(said('1 + err.test', 'err')).toBe('err | err: error | test 0.310 ± 0.012\ntrain 0.02');
    expect(said('1 + err.test', 'test')).toBe('test | err.test | 0.310 ± 0.012');
  });

  it('is a kind, or a parameter with what it may be and its default', () => {
    expect(said('error(post)', 'error')).toBe(
      'error | error(…) | test and training error of a kernel’s predictor, on its own task or on another',
    );
    expect(said('linear_task(dim: 3, noise: 0.1)', 'noise')).toMatch(/^noise \| noise: a number ≥ 0 \| .*Default: 0\.$/);
  });

  it('is nothing where nothing is known', () => {
    expect(said('nobody + 1', 'nobody')).toBeUndefined();
    expect(said('err.nothing', 'nothing')).toBeUndefined();
    expect(explain('1 + 2', 0, vocabulary)).toBeUndefined();
  });
});
