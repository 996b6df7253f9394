import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepped } from '$lib/ui/inspector/step';

const free = { type: 'number', integer: false } as const;

describe('a step by the arrow keys', () => {
  it('is a tenth of the leading power of ten, or one', () => {
    expect(stepped(2, 1, false, free)).toBe(2.1);
    expect(stepped(0.05, 1, false, free)).toBe(0.051);
    expect(stepped(0.3, -1, true, free)).toBe(0.2);
    expect(stepped(1, -1, false, free)).toBe(0.99);
    expect(stepped(512, 1, false, { ...free, integer: true })).toBe(513);
    expect(stepped(512, -1, true, { ...free, integer: true })).toBe(502);
  });

  it('stays within the ends', () => {
    expect(stepped(16, -1, false, { ...free, integer: true, min: 16 })).toBe(16);
    expect(stepped(1, 1, true, { ...free, max: 1.5 })).toBe(1.5);
    expect(stepped(1, -1, true, { ...free, above: 0.95 })).toBe(1);
  });

  it('never reaches 0 from above it, and back is where it came from, but at a power of ten', () => {
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 98 }), fc.integer({ min: -6, max: 5 }), (digits, power) => {
        const value = Number(`${digits}e${power}`);
        const up = stepped(value, 1, false, free);
        expect(up).toBeGreaterThan(value);
        expect(stepped(up, -1, false, free)).toBeCloseTo(value, 12);
        expect(stepped(value, -1, false, { ...free, above: 0 })).toBeGreaterThan(0);
      }),
    );
  });
});
