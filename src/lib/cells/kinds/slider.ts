import { Problem } from '$lib/base/problem';
import { defineKind, pointwise } from '../cell-kind';
import { number, oneOf, optional } from '../parameter';

/** A number someone drags. */
export const slider = defineKind({
  name: 'slider',
  version: 1,
  keeps: [],
  purpose: 'input',
  meaning: 'a number to drag',
  example: 'slider(2, min: 0.1, max: 10, scale: "log")',
  positional: ['value'],
  parameters: {
    value: number({ meaning: 'where it stands' }),
    min: optional(number({ meaning: 'left end' }), '0, or a tenth of the value when the scale is "log"'),
    max: optional(number({ meaning: 'right end' }), 'ten times the value, or 1'),
    step: optional(number({ above: 0, meaning: 'smallest change' }), 'a hundredth of the way'),
    scale: oneOf(['linear', 'log'], { meaning: 'even steps, or even ratios', fallback: 'linear' }),
  },
  digest: (value: number) => String(value),
  compute: pointwise(({ value, min, max, scale }) => {
    if (min !== undefined && max !== undefined && !(min < max))
      throw new Problem(`max: must be a number > min = ${min}, got ${max}`, { path: ['max'] });
    if (scale === 'log' && min !== undefined && !(min > 0))
      throw new Problem(`min: must be a number > 0 when the scale is "log", got ${min}`, { path: ['min'] });
    if ((min !== undefined && value < min) || (max !== undefined && value > max))
      throw new Problem(`value: must be a number from ${min ?? '−∞'} to ${max ?? '∞'}, got ${value}`, { path: ['value'] });
    return value;
  }),
});
