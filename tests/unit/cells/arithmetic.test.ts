import { expect, test } from 'vitest';
import { evaluate } from '../../support/evaluate';

const valueOf = async (formula: string): Promise<unknown> => {
  const report = (await evaluate(`x = ${formula}`))('x');
  return report.problem?.message ?? report.fields['value'];
};

test.each([
  ['1 + 2 * 3', 7],
  ['2 ^ 3 ^ 2', 512],
  ['-2 ^ 2', -4],
  ['(1 + 2) * 3 - 4 / 8', 8.5],
  ['1 < 2', true],
  ['"erf" == "erf"', true],
  ['"erf" != "relu"', true],
  ['sqrt(16) + abs(-3)', 7],
  ['log(exp(2))', 2],
  ['min(3, 1, 2)', 1],
  ['max([3, 1, 2])', 3],
  ['mean(1, 2, 6)', 3],
])('%s is %s', async (formula, expected) => {
  expect(await valueOf(formula)).toEqual(expected);
});

test.each([
  ['1 / 0', '1 / 0 is not a finite number'],
  ['log(-1)', 'log(-1) is not a finite number'],
  ['1 + "a"', 'right of +: must be a number, got "a"'],
  ['sqroot(2)', 'unknown kind sqroot; did you mean sqrt?'],
  ['y + 1', 'unknown name y; did you mean x?'],
  ['slider(5, min: 0, max: 1)', 'value: must be a number from 0 to 1, got 5'],
  ['slider(5, mx: 6)', 'mx: slider has no such parameter; did you mean max?'],
  ['slider(1, 2)', 'slider takes at most value without a name'],
  ['slider(value: 1, value: 2)', 'value: must be given once, is given twice'],
  ['range(1, 2, count: 2.5)', 'count: must be a whole number from 1 to 10000, got 2.5'],
  ['choice("a", ["b", "c"])', 'value: must be one of "b", "c", got "a"'],
])('%s says %s', async (formula, expected) => {
  expect(await valueOf(formula)).toBe(expected);
});
