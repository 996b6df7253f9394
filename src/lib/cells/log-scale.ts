import { Problem } from '$lib/base/problem';
import type { Scale, Series } from './view';

const share = (left: number, all: number, what: string): string =>
  `${left} of ${all} points ${left === 1 ? 'is' : 'are'} left out: a logarithmic axis cannot show ${what} ≤ 0`;

/**
 * Lines as they can be drawn: a logarithmic axis cannot show what is not above 0. Such points become gaps of their line, and a
 * warning says how many they are.
 * @throws Problem when nothing is left to draw.
 */
export const onScales = (series: readonly Series[], xName: string, xScale: Scale, yScale: Scale): [Series[], string[]] => {
  const warnings: string[] = [];
  const there = series.flatMap(({ x, y }) => x.flatMap((at, i) => (y[i] === undefined ? [] : [{ at, value: y[i] }])));
  const check = (scale: Scale, parameter: string, what: string, isOut: (point: { at: number; value: number }) => boolean): void => {
    if (scale !== 'log') return;
    const left = there.filter(isOut).length;
    if (left > 0 && left === there.length)
      throw new Problem(`${parameter}: "log" needs ${what} > 0, and there is none`, { path: [parameter] });
    if (left > 0) warnings.push(share(left, there.length, what));
  };
  check(xScale, 'scale', xName, ({ at }) => at <= 0);
  check(yScale, 'y_scale', 'a value', ({ value }) => value <= 0);
  const isDrawn = (x: number, y: number | undefined): y is number =>
    y !== undefined && !(xScale === 'log' && x <= 0) && !(yScale === 'log' && y <= 0);
  const drawn = series.map((line) => ({
    ...line,
    y: line.y.map((value, i) => (isDrawn(line.x[i] ?? NaN, value) ? value : undefined)),
  }));
  if (there.length > 0 && !drawn.some(({ y }) => y.some((value) => value !== undefined)))
    throw new Problem('y_scale: no point can be shown on logarithmic axes', { path: ['y_scale'] });
  return [drawn, warnings];
};
