import { describe, expect, test } from 'vitest';
import { csvOf, numberTable } from '$lib/worker/numbers';
import { markdownOf, texOf } from '$lib/ui/export/words';

const tableOf = (numbers: Parameters<typeof numberTable>[0]) => {
  const table = numberTable(numbers);
  if (!table) throw new Error('no numbers');
  return table;
};
const swept = tableOf({
  axes: [{ name: 'delta', values: [0.01, 1000] }],
  fields: { test: [0.5, 2e-7], 'test.stderr': [0.012, 3e-8], pass: [true, false] },
});

describe('copying a result', () => {
  test('a number with its error is one thing', () => {
    const one = tableOf({ axes: [], fields: { value: -0.3104, 'value.stderr': 0.0121 } });
    expect(markdownOf(one)).toBe('−0.310 ± 0.012');
    expect(texOf(one)).toBe('$-0.310 \\pm 0.012$');
  });

  test('a field is a table', () => {
    expect(markdownOf(swept)).toBe(
      '| delta | test | pass |\n| ---: | ---: | ---: |\n| 0.01 | 0.500 ± 0.012 | true |\n| 1000 | 2·10⁻⁷ ± 3·10⁻⁸ | false |\n',
    );
    expect(texOf(swept)).toContain('  $1000$ & $2 \\cdot 10^{-7} \\pm 3 \\cdot 10^{-8}$ & false \\\\\n');
    expect(texOf(tableOf({ axes: [], fields: { train_error: 1, other: 2 } }))).toContain('train\\_error & other');
  });

  test('CSV keeps every digit and every column', () => {
    expect(csvOf(swept)).toBe('delta,test,test.stderr,pass\n0.01,0.5,0.012,true\n1000,2e-7,3e-8,false\n');
    const some = tableOf({
      axes: [{ name: 'theory', values: ['lazy', 'bayes'] }],
      fields: { 'test.stderr': [undefined, 0.1] as number[] },
    });
    expect(csvOf(some)).toBe('theory,test.stderr\nlazy,\nbayes,0.1\n');
  });
});
