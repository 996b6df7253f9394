import * as v from 'valibot';
import type { Parameter } from './parameter';

/** A class, or a list of classes. */
export const classes = (meaning: string): Parameter<number | number[]> => ({
  schema: v.union([v.pipe(v.number(), v.integer()), v.array(v.pipe(v.number(), v.integer()))]),
  expected: 'a class or a list of classes',
  meaning,
});
