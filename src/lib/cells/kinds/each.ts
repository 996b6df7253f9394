import * as v from 'valibot';
import { Problem } from '$lib/base/problem';
import type { AxisValue } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import type { Parameter } from '../parameter';

const values: Parameter<AxisValue[]> = {
  schema: v.pipe(v.array(v.union([v.number(), v.string(), v.boolean(), v.array(v.union([v.number(), v.string()]))])), v.minLength(1)),
  expected: 'numbers, texts, booleans or lists',
  meaning: 'the values, one after another',
};

/** A sweep over the values named: an axis. */
export const each = defineKind({
  name: 'each',
  purpose: 'input',
  meaning: 'values to sweep over: an axis',
  example: 'each("erf", "relu")',
  makes: 'axis',
  positional: ['values'],
  variadic: true,
  parameters: { values },
  yields: 'axis',
  digest: (list: readonly AxisValue[]) => JSON.stringify(list),
  compute: pointwise(({ values: list }): readonly AxisValue[] => {
    const seen = new Set<string>();
    const repeated = list.map((value) => JSON.stringify(value)).find((text) => seen.size === seen.add(text).size);
    if (repeated !== undefined) throw new Problem(`values: must all be different, ${repeated} is given twice`, { path: ['values'] });
    return list;
  }),
});
