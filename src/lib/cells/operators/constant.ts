import { defineKind, pointwise } from '../cell-kind';
import { anything } from '../parameter';

/** A cell that only refers to another: `b = a`. */
export const sameKind = defineKind({
  name: '=',
  version: 1,
  purpose: 'function',
  meaning: 'the same value',
  example: 'a',
  positional: ['value'],
  parameters: { value: anything({ meaning: 'the value' }) },
  compute: pointwise(({ value }) => value),
});

/** A number, text, truth or list written in the sheet. */
export const constantKind = defineKind({
  name: 'constant',
  version: 1,
  purpose: 'input',
  meaning: 'a number, a text, a truth or a list',
  example: '2',
  positional: ['value'],
  parameters: { value: anything({ meaning: 'the value' }) },
  digest: (value: unknown) => JSON.stringify(value),
  compute: pointwise(({ value }) => value),
});
