import { describe, expect, it } from 'vitest';
import { divergingPalette, sequentialPalette } from '$lib/base/palette';

/** sRGB bytes to OKLab (Ottosson 2020), written apart from the palette's own way. */
const oklab = (red: number, green: number, blue: number): [number, number, number] => {
  const linear = [red, green, blue].map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [r = 0, g = 0, b = 0] = linear;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};

describe.each(['light', 'dark'] as const)('the sequential palette, %s', (theme) => {
  const bytes = sequentialPalette(theme);
  const colours = Array.from({ length: 256 }, (_, index) => oklab(bytes[4 * index]!, bytes[4 * index + 1]!, bytes[4 * index + 2]!));

  it('has 256 opaque colours', () => {
    expect(bytes).toHaveLength(1024);
    for (let index = 3; index < 1024; index += 4) expect(bytes[index]).toBe(255);
  });

  it('moves in lightness one way only', () => {
    const sign = theme === 'light' ? -1 : 1;
    for (let index = 8; index < 256; index += 8) expect(sign * (colours[index]![0] - colours[index - 8]![0])).toBeGreaterThan(0.005);
  });

  it('takes steps of equal length in OKLab, within 15 %', () => {
    const steps: number[] = [];
    for (let index = 15; index < 256; index += 15) {
      const [l, a, b] = colours[index]!;
      const [l0, a0, b0] = colours[index - 15]!;
      steps.push(Math.hypot(l - l0, a - a0, b - b0));
    }
    // A chord is shorter than the arc it stands for where the curve bends; the rest is rounding to bytes.
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.15);
  });
});

describe.each(['light', 'dark'] as const)('the palette about a middle, %s', (theme) => {
  const bytes = divergingPalette(theme);
  const colours = Array.from({ length: 256 }, (_, index) => oklab(bytes[4 * index]!, bytes[4 * index + 1]!, bytes[4 * index + 2]!));

  it('has 256 opaque colours, hardly any in the middle and opposite ones at the ends', () => {
    for (let index = 3; index < 1024; index += 4) expect(bytes[index]).toBe(255);
    for (const middle of [127, 128]) expect(Math.hypot(colours[middle]![1], colours[middle]![2])).toBeLessThan(0.01);
    // Orange is red and yellow, a and b above 0; blue has b below.
    expect(colours[0]![1]).toBeGreaterThan(0.02);
    expect(colours[0]![2]).toBeGreaterThan(0.05);
    expect(colours[255]![2]).toBeLessThan(-0.08);
  });

  it('moves away from the middle in lightness on both sides', () => {
    const sign = theme === 'light' ? -1 : 1;
    for (let index = 8; index < 128; index += 8) {
      expect(sign * (colours[127 - index]![0] - colours[135 - index]![0])).toBeGreaterThan(0.005);
      expect(sign * (colours[128 + index]![0] - colours[120 + index]![0])).toBeGreaterThan(0.005);
    }
  });
});
