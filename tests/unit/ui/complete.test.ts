import { describe, expect, it } from 'vitest';
import { suggest, type Vocabulary } from '$lib/ui/formula/complete';

const vocabulary: Vocabulary = {
  kinds: [
    {
      name: 'source_kernel',
      purpose: 'theory',
      meaning: 'a kernel',
      example: 'source_kernel(source)',
      recipes: [],
      equations: [],
      positional: ['data'],
      parameters: [
        { name: 'data', expected: 'a dataset', meaning: '', defaultText: '', required: true },
        { name: 'activation', expected: 'one of "erf", "relu"', meaning: 'φ', defaultText: '"erf"', required: false },
        { name: 'gamma', expected: 'a number > 0', meaning: 'richness', defaultText: '1', required: false },
      ],
    },
  ],
  names: [{ name: 'err', kind: 'error', fields: ['test', 'train'] }],
};
const labels = (text: string, explicit = false): readonly string[] | undefined =>
  suggest(text, vocabulary, explicit)?.options.map(({ label }) => label);

describe('completion', () => {
  it('offers cells and kinds for a word', () => {
    expect(labels('1 + s')).toEqual(['err', 'source_kernel']);
    expect(suggest('1 + s', vocabulary, false)?.from).toBe(4);
  });

  it('offers the fields of a cell after a dot', () => {
    expect(labels('min(err.')).toEqual(['test', 'train']);
  });

  it('offers the parameters of the open call that are not given yet', () => {
    expect(labels('source_kernel(data: err, ')).toEqual(['activation:', 'gamma:', 'err']);
    expect(labels('source_kernel(err, gamma: (1 + 2), a')).toContain('activation:');
    expect(labels('source_kernel(err, gamma: (1 + 2), a')).not.toContain('gamma:');
  });

  it('offers the words a parameter may be', () => {
    expect(labels('source_kernel(err, activation: ')).toEqual(['"erf"', '"relu"', 'err']);
    expect(labels('source_kernel(err, activation: "e')).toEqual(['"erf"', '"relu"']);
  });

  it('offers nothing inside other strings and comments, nor where nothing is asked', () => {
    expect(labels('"a note')).toBeUndefined();
    expect(labels('1 # err')).toBeUndefined();
    expect(labels('1 ')).toBeUndefined();
  });
});
