import { Problem } from '$lib/base/problem';
import { maxDefault, minDefault, sliderEnds, stepDefault } from '$lib/base/slider';
import { defineKind, pointwise } from '../cell-kind';
import { number, oneOf, optional } from '../parameter';

/** A number someone drags. */
export const slider = defineKind({
  name: 'slider',
  purpose: 'input',
  meaning: 'a number to drag',
  example: 'slider(2, min: 0.1, max: 10, scale: "log")',
  makes: 'number',
  recipes: [{ name: 'gamma', formula: 'slider(2, min: 0.1, max: 10, scale: "log")' }],
  positional: ['value'],
  parameters: {
    value: number({ meaning: 'its value' }),
    min: optional(number({ meaning: 'left end' }), minDefault),
    max: optional(number({ meaning: 'right end' }), maxDefault),
    step: optional(number({ above: 0, meaning: 'smallest change' }), stepDefault),
    scale: oneOf(['linear', 'log'], { meaning: 'even steps, or even ratios', fallback: 'linear' }),
  },
  digest: (value: number) => String(value),
  compute: pointwise(({ value, min: left, max: right, scale }) => {
    if (scale === 'log' && left !== undefined && !(left > 0))
      throw new Problem(`min: must be a number > 0 when the scale is "log", got ${left}`, { path: ['min'] });
    if (scale === 'log' && !(value > 0))
      throw new Problem(`value: must be a number > 0 when the scale is "log", got ${value}`, { path: ['value'] });
    const { min, max } = sliderEnds({ value, min: left, max: right, scale });
    if (!(min < max)) throw new Problem(`max: must be a number > min = ${min}, got ${max}`, { path: ['max'] });
    if (!(min <= value && value <= max))
      throw new Problem(`value: must be a number from ${min} to ${max}, got ${value}`, { path: ['value'] });
    return value;
  }),
});
