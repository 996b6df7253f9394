import type { Errors } from '$lib/theory/theory';
import type { FieldNumbers } from './values';

/** `test`, and `test.stderr` beside it where it was sampled. */
export const errorNumbers = ({ stderr, ...errors }: Errors): FieldNumbers => ({
  ...errors,
  ...(stderr && Object.fromEntries(Object.entries(stderr).map(([name, value]) => [`${name}.stderr`, value]))),
});
