import { describe, expect, it } from 'vitest';
import { worseFigure } from '$lib/cells/worse-figure';

describe('worseFigure', () => {
  it.each([
    // The energy balance of a flow should be 1: 0.8 is off by 20 %, however much larger 1 is.
    ['balance', 0.8, 1, 0.8],
    ['balance', 1.01, 1.3, 1.3],
    ['virial', 0.9, 1.05, 0.9],
    ['rhat', 1.02, 1.4, 1.4],
    ['effectiveSamples', 40, 900, 40],
    ['acceptance', 0.9, 0.2, 0.2],
    ['condition', 10, 1e6, 1e6],
    ['residual', 1e-3, 1e-6, 1e-3],
    ['steps', 100, 300, 300],
  ])('%s: of %d and %d the worse is %d', (name, a, b, worse) => {
    expect(worseFigure(name, a, b)).toBe(worse);
    expect(worseFigure(name, b, a)).toBe(worse);
  });
});
