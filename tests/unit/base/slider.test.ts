import { describe, expect, it } from 'vitest';
import { fractionOfSlider, sliderEnds, sliderStepped, sliderValueAt, type SliderTrack } from '$lib/base/slider';

describe('the ends of a slider', () => {
  it('are those given', () => {
    expect(sliderEnds({ value: 2, min: 1, max: 5, scale: 'log' })).toEqual({ min: 1, max: 5 });
  });
  it.each([
    [2, 'linear', { min: 0, max: 20 }],
    [0, 'linear', { min: 0, max: 1 }],
    [-3, 'linear', { min: -30, max: 1 }],
    [2, 'log', { min: 0.2, max: 20 }],
  ] as const)('are, for %d on a %s scale, the defaults', (value, scale, ends) => {
    expect(sliderEnds({ value, scale })).toEqual(ends);
  });
});

describe('a place on the track', () => {
  const linear: SliderTrack = { min: 1, max: 10, step: 2, log: false };
  const log: SliderTrack = { min: 0.1, max: 10, step: undefined, log: true };

  it('is a whole number of steps from the left end, and the ends are reached', () => {
    expect(sliderValueAt(linear, 0.3)).toBe(3);
    expect(sliderValueAt(linear, 0.99)).toBe(9);
    expect(sliderValueAt(linear, 1)).toBe(10);
    expect(sliderValueAt(linear, -1)).toBe(1);
  });
  it('is a hundredth of the way where no step is given', () => {
    expect(sliderValueAt({ min: 0, max: 20, step: undefined, log: false }, 0.1234)).toBeCloseTo(2.4, 12);
    expect(sliderValueAt(log, 0.5)).toBeCloseTo(1, 12);
    expect(sliderStepped(log, 1, 1)).toBeCloseTo(100 ** 0.01, 12);
  });
  it('is where its value stands', () => {
    expect(fractionOfSlider(log, sliderValueAt(log, 0.37))).toBeCloseTo(0.37, 12);
    expect(fractionOfSlider(linear, 5.5)).toBe(0.5);
  });
  it('steps as far as the end', () => {
    expect(sliderStepped(linear, 9, 1)).toBe(10);
    expect(sliderStepped(linear, 1, -1)).toBe(1);
  });
});
