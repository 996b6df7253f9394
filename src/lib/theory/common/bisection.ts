/**
 * The last place of an interval at which `below` holds, and the first at which it does not, next to each other: to the last digit, for `below`
 * true at `low` and false at `high`. `between` is the mean that halves the interval: √(ab) where a root may be many orders below its bound.
 */
export const bisected = (
  low: number,
  high: number,
  below: (x: number) => boolean,
  between: (low: number, high: number) => number = arithmetic,
): readonly [low: number, high: number] => {
  for (let step = 0; step < mostSteps; step++) {
    const middle = between(low, high);
    if (!(low < middle && middle < high)) break;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
};

/** Halvings: more than the digits of a number, and for a geometric mean than the orders of magnitude. */
const mostSteps = 2000;

const arithmetic = (low: number, high: number): number => 0.5 * (low + high);

/** √(ab) without overflow. */
export const geometric = (low: number, high: number): number => Math.sqrt(low) * Math.sqrt(high);
