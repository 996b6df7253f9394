import { expect, test } from 'vitest';
import { holding } from '$lib/ui/views/holding';
import { applyOperator } from '$lib/cells/operators/arithmetic';

test('counts the points at which a swept side compares with a number, or with another side point by point', () => {
  expect(holding([1, 2, 3], 3, '<')).toEqual({ holds: 2, count: 3 });
  expect(holding(2, [1, 2, 3], '<=')).toEqual({ holds: 2, count: 3 });
  expect(holding([1, 2, 3], [3, 2, 1], '>=')).toEqual({ holds: 2, count: 3 });
  expect(holding(['erf', 'relu'], 'relu', '!=')).toEqual({ holds: 1, count: 2 });
});

test('compares as the sheet does', () => {
  for (const operator of ['<', '<=', '>', '>=', '==', '!='] as const)
    for (const left of [-1, 0, 1])
      expect(holding([left], 0, operator)?.holds, `${left} ${operator} 0`).toBe(applyOperator(operator, left, 0) === true ? 1 : 0);
});

test('says nothing of sides that are not swept, or over different points, or not compared', () => {
  expect(holding(1, 2, '<')).toBeUndefined();
  expect(holding([1, 2], [1, 2, 3], '<')).toBeUndefined();
  expect(holding([1, 2], undefined, '<')).toBeUndefined();
  expect(holding([1, 2], 1, '')).toBeUndefined();
});
