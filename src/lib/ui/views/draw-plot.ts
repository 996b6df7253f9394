import * as Plot from '@observablehq/plot';
import type { Series, View } from '$lib/worker/protocol';
import { formatMeasured, formatNumber } from '../format';
import { seriesColours } from './series-colours';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly title: string;
}

const pointsOf = (series: Series, view: Extract<View, { type: 'plot' }>): readonly Point[] =>
  series.x.flatMap((x, index) => {
    const y = series.y[index];
    if (y === undefined || !Number.isFinite(y) || !Number.isFinite(x)) return [];
    if ((view.xScale === 'log' && x <= 0) || (view.yScale === 'log' && y <= 0)) return [];
    const error = series.stderr?.[index] ?? 0;
    const low = view.yScale === 'log' ? Math.max(y - error, y / 10) : y - error;
    return [
      {
        x,
        y,
        low,
        high: y + error,
        title: `${series.name}\n${view.xName} ${view.xWords?.[x] ?? formatNumber(x)}\n${formatMeasured(y, series.stderr?.[index])}`,
      },
    ];
  });

/** Points of several series at the same place are drawn beside one another, these many pixels apart. */
const apart = 5;

/** Networks are full, theory is hollow; between words there is nothing, so that theory has points there too. */
const marks = (series: Series, points: readonly Point[], stroke: string, dx: number, isolated: boolean): Plot.Markish[] => {
  const bars = series.stderr !== undefined;
  const theory = series.mark === 'line';
  if (!theory || isolated)
    return [
      ...(bars ? [Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', stroke, strokeWidth: 1.5, dx })] : []),
      Plot.dot(
        points,
        theory
          ? { x: 'x', y: 'y', fill: 'var(--paper)', r: 4, stroke, strokeWidth: 2, dx }
          : { x: 'x', y: 'y', fill: stroke, r: 3.5, stroke: 'var(--paper)', strokeWidth: 1, dx },
      ),
    ];
  return [
    ...(bars ? [Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.15, curve: 'monotone-x' })] : []),
    Plot.lineY(points, { x: 'x', y: 'y', stroke, strokeWidth: 2.25, curve: 'monotone-x' }),
    ...(points.length <= 40 ? [Plot.dot(points, { x: 'x', y: 'y', fill: 'var(--paper)', stroke, strokeWidth: 1.5, r: 2.5 })] : []),
  ];
};

/** A tick for every word, with room for it; words that would run into one another are slanted. */
const wordTicks = (words: readonly string[], width: number): Plot.ScaleOptions => {
  const room = width / words.length;
  const longest = words.reduce((most, { length }) => Math.max(most, length), 0);
  return {
    ticks: words.map((_, index) => index),
    tickFormat: (place: number) => words[place] ?? '',
    tickRotate: 7 * longest > room ? -30 : 0,
    inset: room / 2,
  };
};

/** The figure as SVG, coloured by the page's CSS variables so that light and dark need no redrawing. */
export const draw = (view: Extract<View, { type: 'plot' }>, width: number, height: number): Element => {
  const all = view.series.map((series) => pointsOf(series, view));
  const colours = seriesColours(view);
  const { xWords } = view;
  const dotted = view.series.filter(({ mark }) => xWords || mark === 'points');
  const tick = (value: unknown): string => formatNumber(Number(value));
  const decades = (scale: 'linear' | 'log'): Partial<Plot.ScaleOptions> =>
    scale === 'log' ? { type: 'log', tickFormat: tick } : { tickFormat: tick };
  const figure = Plot.plot({
    width,
    height,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 24,
    marginBottom: 38,
    x: {
      ...decades(view.xScale),
      label: view.xName,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: Math.max(3, Math.floor(width / 90)),
      tickSize: 4,
      inset: 6,
      ...(xWords && wordTicks(xWords, width)),
    },
    y: {
      ...decades(view.yScale),
      label: view.yName,
      labelArrow: 'none',
      grid: true,
      nice: true,
      ticks: Math.max(3, Math.floor(height / 60)),
      tickSize: 0,
      inset: 4,
    },
    marks: [
      Plot.frame({ anchor: 'bottom', stroke: 'var(--line-strong)' }),
      ...view.series.flatMap((series, index) =>
        marks(
          series,
          all[index] ?? [],
          colours[index] ?? 'var(--ink)',
          apart * (dotted.indexOf(series) - (dotted.length - 1) / 2),
          xWords !== undefined,
        ),
      ),
      Plot.tip(
        all.flat(),
        Plot.pointer({ x: 'x', y: 'y', title: 'title', fill: 'var(--raised)', stroke: 'var(--line-strong)', maxRadius: 40 }),
      ),
    ],
  });
  // It is described as a whole by its frame; the names that Plot gives to its parts are no help to those who cannot see it.
  figure.setAttribute('aria-hidden', 'true');
  return figure;
};
