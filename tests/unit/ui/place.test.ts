import { expect, test } from 'vitest';
import { entrySize, placeAt } from '$lib/ui/views/place';

const free = { width: 200, height: 90, rows: 3, columns: 4, square: false };
const square = { ...free, square: true };

test('entries fill the frame, or are the largest squares that fit', () => {
  expect(entrySize(free)).toEqual([50, 30]);
  expect(entrySize(square)).toEqual([30, 30]);
  expect(entrySize({ ...square, width: 80 })).toEqual([20, 20]);
});

test('a place belongs to the entry it falls into, its left and upper edge included', () => {
  expect(placeAt(free, 0, 0)).toEqual({ row: 0, column: 0 });
  expect(placeAt(free, 49.9, 30)).toEqual({ row: 1, column: 0 });
  expect(placeAt(free, 199.9, 89.9)).toEqual({ row: 2, column: 3 });
  expect(placeAt(square, 119.9, 0)).toEqual({ row: 0, column: 3 });
});

test('beside the picture there is no entry, nor where square entries leave the frame free', () => {
  expect(placeAt(free, -0.1, 0)).toBeUndefined();
  expect(placeAt(free, 0, 90)).toBeUndefined();
  expect(placeAt(free, 120, 0)).toEqual({ row: 0, column: 2 });
  expect(placeAt(square, 120, 0)).toBeUndefined();
});

test('a frame that has no size yet has no entries', () => {
  expect(placeAt({ ...free, width: 0, height: 0 }, 0, 0)).toBeUndefined();
});
