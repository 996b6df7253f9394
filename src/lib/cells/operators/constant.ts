import { Problem } from '$lib/base/problem';
import { defineKind, pointwise } from '../cell-kind';
import { anything, article } from '../parameter';
import { isValue } from '../values';

/** What is only looked at has no value that a cell could have too, alone or in a list. */
const refusePicture = (value: unknown): void => {
  if (Array.isArray(value)) value.forEach(refusePicture);
  else if (isValue(value, 'note', 'plot', 'heatmap'))
    throw new Problem(`value: must be a value, got ${article(value.type)}, which can only be shown`, { path: ['value'] });
};

/** A cell that only refers to another: `b = a`. */
export const sameKind = defineKind({
  name: '=',
  keeps: 'all',
  standIns: true,
  purpose: 'function',
  meaning: 'the same value',
  example: 'a',
  positional: ['value'],
  parameters: { value: anything({ meaning: 'the value' }) },
  compute: pointwise(({ value }) => {
    refusePicture(value);
    return value;
  }),
});

/** A number, text, boolean or list written in the sheet. */
export const constantKind = defineKind({
  name: 'constant',
  keeps: 'all',
  purpose: 'input',
  meaning: 'a number, a text, a boolean or a list',
  example: '2',
  positional: ['value'],
  parameters: { value: anything({ meaning: 'the value' }) },
  digest: (value: unknown) => JSON.stringify(value),
  compute: pointwise(({ value }) => value),
});
