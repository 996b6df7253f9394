import type { Control } from '$lib/worker/protocol';

type NumberControl = Extract<Control, { type: 'number' }>;

/** The digits a step keeps: enough to count by ones from 0.1 to 1000 without noise behind. */
const DIGITS = 12;

/**
 * The next number up or down: by ones for whole numbers, else by a tenth of its leading power of ten (2 → 2.1, 0.05 → 0.051); `large` takes
 * ten such steps. It stays within the ends of the parameter.
 */
export const stepped = (value: number, direction: 1 | -1, large: boolean, { integer, above, min, max }: NumberControl): number => {
  const magnitude = value === 0 ? 1 : 10 ** Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  // Going down from a power of ten one counts in the smaller unit, so that it never jumps to 0.
  const falling = Math.abs(Math.abs(value) - magnitude) < 1e-9 * magnitude && direction * Math.sign(value) < 0;
  const unit = integer ? 1 : (falling ? magnitude / 10 : magnitude) / 10;
  const next = Number((value + direction * unit * (large ? 10 : 1)).toPrecision(DIGITS));
  if (above !== undefined && next <= above) return value;
  return Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next));
};
