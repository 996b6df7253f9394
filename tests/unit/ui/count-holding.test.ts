import { expect, test } from 'vitest';
import { countHolding } from '$lib/ui/views/count-holding';
import { applyOperator } from '$lib/cells/operators/arithmetic';

test('counts the points at which a swept side compares with a number, or with another side point by point', () => {
  expect(countHolding([1, 2, 3], 3, '<')).toEqual({ holds: 2, count: 3 });
  expect(countHolding(2, [1, 2, 3], '<=')).toEqual({ holds: 2, count: 3 });
  expect(countHolding([1, 2, 3], [3, 2, 1], '>=')).toEqual({ holds: 2, count: 3 });
  expect(countHolding(['erf', 'relu'], 'relu', '!=')).toEqual({ holds: 1, count: 2 });
});

test('compares as the sheet does', () => {
  for (const operator of ['<', '<=', '>', '>=', '==', '!='] as const)
    for (const left of [-1, 0, 1])
      expect(countHolding([left], 0, operator)?.holds, `${left} ${operator} 0`).toBe(applyOperator(operator, left, 0) === true ? 1 : 0);
});

test('says nothing of sides that are not swept, or over different points, or not compared', () => {
  expect(countHolding(1, 2, '<')).toBeUndefined();
  expect(countHolding([1, 2], [1, 2, 3], '<')).toBeUndefined();
  expect(countHolding([1, 2], undefined, '<')).toBeUndefined();
  expect(countHolding([1, 2], 1, '')).toBeUndefined();
});
