import * as Plot from '@observablehq/plot';
import type { PlotView, Series } from '$lib/worker/protocol';
import { formatMeasured, formatNumber } from '../format';
import { seriesColours } from './series-colours';
import { shownNames } from './tick-room';
import { tickTexts } from './tick-texts';

interface Point {
  readonly x: number;
  /** Not a number at a gap: there is no mark, and no line goes across. */
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** The bar reaches beyond the lower edge of the drawing, where a logarithmic axis cannot show it. */
  readonly open: boolean;
  readonly title: string;
}

const titleOf = (series: Series, view: PlotView, index: number, y: number): string => {
  const x = series.x[index] ?? NaN;
  return `${series.name}\n${view.xName} ${view.xWords?.[x] ?? formatNumber(x)}\n${formatMeasured(y, series.stderr?.[index])}`;
};

/** @param edge where a bar ends that reaches down to 0 or below it on a logarithmic axis */
const pointsOf = (series: Series, view: PlotView, edge: number): readonly Point[] =>
  series.x.map((x, index): Point => {
    const y = series.y[index];
    if (
      y === undefined ||
      !Number.isFinite(y) ||
      !Number.isFinite(x) ||
      (view.xScale === 'log' && x <= 0) ||
      (view.yScale === 'log' && y <= 0)
    )
      return { x, y: NaN, low: NaN, high: NaN, open: false, title: '' };
    const error = series.stderr?.[index] ?? 0;
    const open = view.yScale === 'log' && y - error < edge;
    return { x, y, low: open ? edge : y - error, high: y + error, open, title: titleOf(series, view, index, y) };
  });

/**
 * The lower edge of a logarithmic drawing: below all values, and below those ends of bars that are not too far down to be worth the room,
 * a decade at most under the least value.
 */
const lowerEdge = ({ series }: PlotView): number => {
  const all = series.flatMap(({ y, stderr }) =>
    y.flatMap((value, index) => (value !== undefined && value > 0 ? [{ value, low: value - (stderr?.[index] ?? 0) }] : [])),
  );
  const least = all.reduce((sofar, { value }) => Math.min(sofar, value), Infinity);
  const lows = all.flatMap(({ low }) => (low >= least / 10 ? [low] : []));
  const end = lows.reduce((sofar, low) => Math.min(sofar, low), least);
  return all.some(({ low }) => low < end) ? end / 1.5 : end;
};

/** Points of several series at the same place are drawn beside one another, these many pixels apart. */
const apart = 5;

/** Points without a neighbour on their line, which would be no line. */
const lonely = (points: readonly Point[]): Point[] =>
  points.filter(({ y }, i) => !Number.isNaN(y) && Number.isNaN(points[i - 1]?.y ?? NaN) && Number.isNaN(points[i + 1]?.y ?? NaN));

/** A bar that goes on below the drawing ends in an arrow. */
const arrows = (points: readonly Point[], stroke: string, dx: number): Plot.Markish =>
  Plot.dot(
    points.filter(({ open }) => open),
    { x: 'x', y: 'low', symbol: 'triangle2', r: 3, fill: stroke, rotate: 180, dx, dy: -3 },
  );

/** Networks are full, theory is hollow; between words there is nothing, so that theory has points there too. */
const marks = (series: Series, points: readonly Point[], stroke: string, dx: number, isolated: boolean): Plot.Markish[] => {
  const bars = series.stderr !== undefined;
  const theory = series.mark === 'line';
  if (!theory || isolated)
    return [
      ...(bars ? [Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', stroke, strokeWidth: 1.5, dx }), arrows(points, stroke, dx)] : []),
      Plot.dot(
        points,
        theory
          ? { x: 'x', y: 'y', fill: 'var(--paper)', r: 4, stroke, strokeWidth: 2, dx }
          : { x: 'x', y: 'y', fill: stroke, r: 3.5, stroke: 'var(--paper)', strokeWidth: 1, dx },
      ),
    ];
  return [
    ...(bars ? [Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.15, curve: 'monotone-x' })] : []),
    ...(bars ? [arrows(points, stroke, 0)] : []),
    Plot.lineY(points, { x: 'x', y: 'y', stroke, strokeWidth: 2.25, curve: 'monotone-x' }),
    Plot.dot(points.length <= 40 ? points : lonely(points), { x: 'x', y: 'y', fill: 'var(--paper)', stroke, strokeWidth: 1.5, r: 2.5 }),
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

/** Room left of the drawing for the names of its ticks, in pixels, where they are not longer. */
const MARGIN = 46;
const LETTER = 6.6;

type Named = (axis: 'x' | 'y') => (value: number) => string;

/**
 * The figure as SVG, coloured by the page's CSS variables so that light and dark need no redrawing. It is drawn twice: only then is known
 * where the ticks are, which must be told apart, and how much room their names take. Names that would run into one another are left out.
 */
export const draw = (view: PlotView, width: number, height: number): Element => {
  const ticks = { x: new Set<number>(), y: new Set<number>() };
  const blank = drawWith(view, width, height, MARGIN, (axis) => (value) => {
    ticks[axis].add(value);
    return '';
  });
  const texts = { x: textsOf(ticks.x), y: textsOf(ticks.y) };
  const longest = [...texts.y.values()].reduce((most, text) => Math.max(most, text.length), 0);
  const margin = Math.min(width / 2, Math.max(MARGIN, Math.ceil(14 + LETTER * longest)));
  if (!view.xWords) {
    // The drawing is narrower the wider the margin.
    const narrower = (width - margin) / (width - MARGIN);
    const names = [...texts.x].map(([value, text]) => ({
      value,
      place: narrower * Number(blank.scale('x')?.apply(value)),
      width: LETTER * text.length,
    }));
    const shown = shownNames(names);
    for (const [index, { value }] of names.entries()) if (!shown[index]) texts.x.set(value, '');
  }
  return drawWith(view, width, height, margin, (axis) => (value) => texts[axis].get(value) ?? formatNumber(value));
};

const textsOf = (ticks: ReadonlySet<number>): Map<number, string> => {
  const values = [...ticks];
  const texts = tickTexts(values);
  return new Map(values.map((value, index) => [value, texts[index] ?? '']));
};

const told = (scale: 'linear' | 'log', tickFormat: (value: number) => string): Plot.ScaleOptions => ({
  ...(scale === 'log' && { type: 'log' }),
  tickFormat,
});

const drawWith = (view: PlotView, width: number, height: number, marginLeft: number, named: Named): Plot.Plot & Element => {
  const edge = view.yScale === 'log' ? lowerEdge(view) : -Infinity;
  const all = view.series.map((series) => pointsOf(series, view, edge));
  const colours = seriesColours(view);
  const { xWords } = view;
  const dotted = view.series.filter(({ mark }) => xWords || mark === 'points');
  const figure = Plot.plot({
    width,
    height,
    marginLeft,
    marginRight: 14,
    marginTop: 24,
    marginBottom: 38,
    x: {
      ...told(view.xScale, named('x')),
      label: view.xName,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: Math.max(3, Math.floor((width - MARGIN) / 90)),
      tickSize: 4,
      inset: 6,
      ...(xWords && wordTicks(xWords, width)),
    },
    y: {
      ...told(view.yScale, named('y')),
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
        all.flat().filter(({ y }) => !Number.isNaN(y)),
        Plot.pointer({ x: 'x', y: 'y', title: 'title', fill: 'var(--raised)', stroke: 'var(--line-strong)', maxRadius: 40 }),
      ),
    ],
  });
  // It is described as a whole by its frame; the names that Plot gives to its parts are no help to those who cannot see it.
  figure.setAttribute('aria-hidden', 'true');
  return figure;
};
