import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { applySettings } from '../../../src/cli/settings';

const sheet = '# Title\ngamma  @A1 = slider(2, min: 0.1)  # richness\ndouble @A2 = 2 * gamma\n@B1 = choice("a", ["a", "b"])\n';
const set = (name: string, value: string): string => applySettings(sheet, [{ name, value }]);
const problem = (name: string, value: string): string => {
  try {
    set(name, value);
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
  throw new Error('expected a Problem');
};

describe('--set', () => {
  test('replaces the formula of an input cell and nothing else', () => {
    expect(set('gamma', '0.5')).toBe(sheet.replace('slider(2, min: 0.1)', '0.5'));
    expect(set('gamma', 'each(0.1, 2)')).toBe(sheet.replace('slider(2, min: 0.1)', 'each(0.1, 2)'));
    expect(set('B1', '"b"')).toBe(sheet.replace('choice("a", ["a", "b"])', '"b"'));
    expect(set('A1', '3')).toBe(set('gamma', '3'));
  });

  test('a later setting of the same cell wins', () => {
    const settings = ['1', '22', '3'].map((value) => ({ name: 'gamma', value }));
    expect(applySettings(sheet, settings)).toBe(set('gamma', '3'));
  });

  test('mends a cell that cannot be read', () => {
    expect(applySettings('x = ((\ny = x', [{ name: 'x', value: '1' }])).toBe('x = 1\ny = x');
  });

  test('another cell, or something that is no formula, is a problem', () => {
    expect(problem('delta', '1')).toBe('--set delta: the sheet has no cell of this name');
    expect(problem('double', '1')).toBe('--set double: must be an input cell, but its formula refers to other cells');
    expect(problem('gamma', '')).toContain('--set gamma: cannot be read');
    expect(problem('gamma', '1 +')).toContain('--set gamma: cannot be read');
    expect(problem('gamma', '1 # 2')).toContain('must be one formula');
    expect(problem('gamma', '1\nx = 2')).toContain('must be one formula');
  });
});
