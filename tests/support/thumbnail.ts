import type { Series, View } from '../../src/lib/cells/view';

type PlotView = Extract<View, { type: 'plot' }>;
type MapView = Extract<View, { type: 'heatmap' }>;

const [width, height, margin] = [320, 140, 8];

/** In the order of the product's series; each stands out from a white and from a dark ground, for a picture knows no theme. */
const colours = ['#2f86c8', '#d4692a', '#1d9a74', '#b56a94', '#a08619', '#7b8794'];
const axis = '#8a94a0';

const short = (value: number): string => String(Math.round(10 * value) / 10);

const placer = (values: readonly number[], log: boolean, from: number, to: number): ((value: number) => number) => {
  const of = (value: number): number => (log ? Math.log(value) : value);
  const all = values.filter((value) => Number.isFinite(of(value))).map(of);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return (value) => from + ((to - from) * (of(value) - low)) / (high - low || 1);
};

const numbersOf = (values: readonly (number | undefined)[]): number[] => values.filter((value) => value !== undefined);

/** Colours as in the sheet: what belongs together has one. */
const colourOf = (series: readonly Series[], index: number): string => {
  const groups = [...new Set(series.map(({ group }, i) => (group ? group : `line ${i}`)))];
  const own = series[index]!.group;
  return colours[groups.indexOf(own ? own : `line ${index}`) % colours.length]!;
};

const plotted = ({ series, xScale, yScale }: PlotView): string[] => {
  const logs = { x: xScale === 'log', y: yScale === 'log' };
  const x = placer(
    series.flatMap((one) => one.x),
    logs.x,
    margin + 6,
    width - margin,
  );
  const y = placer(
    series.flatMap((one) => numbersOf(one.y)),
    logs.y,
    height - margin - 6,
    margin,
  );
  const shapes = series.flatMap((one, index) => {
    const colour = colourOf(series, index);
    const places = one.x.flatMap((at, i): { x: string; y: string; bar: string }[] => {
      const value = one.y[i];
      if (value === undefined || (logs.y && value <= 0) || (logs.x && at <= 0)) return [];
      const [low, high] = [-1, 1].map((sign) => y(Math.max(value + sign * (one.stderr?.[i] ?? 0), logs.y ? value / 10 : -Infinity)));
      return [{ x: short(x(at)), y: short(y(value)), bar: `M${short(x(at))} ${short(low!)}V${short(high!)}` }];
    });
    if (one.mark === 'line')
      return [`<polyline points="${places.map((place) => `${place.x},${place.y}`).join(' ')}" stroke="${colour}" stroke-width="2"/>`];
    return [
      `<path d="${places.map(({ bar }) => bar).join('')}" stroke="${colour}"/>`,
      ...places.map((place) => `<circle cx="${place.x}" cy="${place.y}" r="2.6" fill="${colour}" stroke="none"/>`),
    ];
  });
  return [`<path d="M${margin} ${margin}V${height - margin}H${width - margin}" stroke="${axis}"/>`, ...shapes];
};

const mapped = ({ picture: { rows, columns, bitmap } }: MapView): string[] => {
  if (!('data' in bitmap)) throw new Error('a map that is drawn must have been painted in memory');
  const [across, down] = [(width - 2 * margin) / columns, (height - 2 * margin) / rows];
  return Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const [above, left] = [(row + 0.5) / rows, (column + 0.5) / columns].map((share, i) =>
      Math.floor(share * [bitmap.height, bitmap.width][i]!),
    );
    const at = 4 * (above! * bitmap.width + left!);
    const hex = [...bitmap.data.subarray(at, at + 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const size = `h${short(across + 0.5)}v${short(down + 0.5)}h-${short(across + 0.5)}z`;
    return `<path d="M${short(margin + column * across)} ${short(margin + row * down)}${size}" fill="#${hex}" stroke="none"/>`;
  });
};

/** A figure of a sheet as a small picture, an SVG. */
export const thumbnailOf = (view: PlotView | MapView): string => {
  const shapes = view.type === 'plot' ? plotted(view) : mapped(view);
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" fill="none" stroke-linejoin="round" stroke-linecap="round">`;
  return `${[head, ...shapes].join('\n')}\n</svg>\n`;
};
