import { describe, expect, it } from 'vitest';
import { formatDuration, formatMeasured, formatNumber, formatSides, writeNumber } from '$lib/ui/format';
import { isLogSpaced } from '$lib/ui/views/scale';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [1000, '1000'],
    [-0.25, '−0.25'],
    [0.123456, '0.123'],
    [14_000, '14000'],
    [2e-7, '2·10⁻⁷'],
    [1e6, '10⁶'],
    [-1.5e10, '−1.5·10¹⁰'],
    [Infinity, '∞'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('with their error, to the place of its second digit', () => {
    expect(formatMeasured(0.30987, 0.0123)).toBe('0.310 ± 0.012');
    expect(formatMeasured(0.5, undefined)).toBe('0.5');
  });

  it('of time', () => {
    expect([0.2, 812, 3400, 125_000].map(formatDuration)).toEqual(['< 1 ms', '812 ms', '3.4 s', '2 min 5 s']);
  });
});

describe('two sides of a comparison', () => {
  it('are told apart where they differ', () => {
    expect(formatSides(0.5, 0.25)).toEqual(['0.5', '0.25']);
    expect(formatSides(0.3, 0.3)).toEqual(['0.3', '0.3']);
    expect(formatSides(1.234567, 1.234568)).toEqual(['1.234567', '1.234568']);
    expect(formatSides(0.1 + 0.2, 0.3)).toEqual(['0.30000000000000004', '0.3']);
    expect(formatSides('a', 'b')).toEqual(['a', 'b']);
  });
});

describe('numbers for formulas', () => {
  it('have the places of their step, or three digits', () => {
    expect(writeNumber(0.30000000000000004, 0.1)).toBe('0.3');
    expect(writeNumber(7, 1)).toBe('7');
    expect(writeNumber(1.23456, undefined)).toBe('1.23');
  });
});

describe('spacing', () => {
  it('is told from the numbers', () => {
    expect(isLogSpaced([0.01, 0.1, 1, 10])).toBe(true);
    expect(isLogSpaced([0, 1, 2, 3])).toBe(false);
    expect(isLogSpaced([1, 10, 19, 28])).toBe(false);
  });
});
