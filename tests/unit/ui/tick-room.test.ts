import { expect, it } from 'vitest';
import { shownNames } from '$lib/ui/views/tick-room';

/** Ticks at these places, whose names are so wide. */
const shown = (places: readonly number[], width: number): number[] => {
  const names = shownNames(places.map((place) => ({ place, width })));
  return places.filter((_, index) => names[index]);
};

it('shows all names that have room', () => {
  expect(shown([0, 20, 40, 60, 80], 15)).toEqual([0, 20, 40, 60, 80]);
  expect(shown([], 15)).toEqual([]);
  expect(shown([7], 1000)).toEqual([7]);
});

it('leaves every second name out where they would touch, and keeps the one in the middle', () => {
  expect(shown([0, 20, 40, 60, 80], 16)).toEqual([0, 40, 80]);
  expect(shown([80, 0, 40, 20, 60], 16)).toEqual([80, 0, 40]);
  expect(shown([0, 20, 40, 60, 80], 50)).toEqual([40]);
});

it('looks at the narrowest place of ticks that are not even', () => {
  expect(shown([0, 30, 48, 61, 71, 79], 10)).toEqual([30, 61, 79]);
});
