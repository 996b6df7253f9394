import type { PlotView } from '$lib/worker/protocol';
import { loadPlot } from '../views/load-plot';
import { keyWidth, shownKeys } from '../views/legend';
import { seriesColours } from '../views/series-colours';

/** What a figure is given besides its curves. */
export interface FigureWords {
  readonly title: string;
  readonly caption: string;
}

const namespace = 'http://www.w3.org/2000/svg';
const WIDTH = 720;
const HEIGHT = 440;
const MARGIN = 20;
const LINE = 18;
const FONT = "-apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

/** What of an element's style makes a difference to a drawing. */
const inlined = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant',
  'text-anchor',
] as const;

const element = (name: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement => {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
};

/** Words in lines that are about as wide as the figure. */
export const wrapped = (text: string, characters: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** Writes into every element what the page's style makes of it, so that the drawing needs no page. */
const inline = (drawing: Element): void => {
  for (const one of [drawing, ...drawing.querySelectorAll('*')]) {
    if (one.localName === 'style') {
      one.remove();
      continue;
    }
    const style = getComputedStyle(one);
    for (const property of inlined) one.setAttribute(property, style.getPropertyValue(property));
    for (const attribute of ['class', 'style']) one.removeAttribute(attribute);
  }
};

interface Key {
  readonly name: string;
  readonly colour: string;
  /** As `draw` draws it: networks are full points, theory a line, or hollow points where there is nothing between them. */
  readonly mark: 'line' | 'full' | 'hollow';
}

/** The names of the curves, row after row, and how many more there are. @returns the height they take */
const drawLegend = (into: SVGElement, keys: readonly Key[], more: number, top: number): number => {
  let x = MARGIN;
  let y = top;
  for (const { name, colour, mark } of keys) {
    const width = keyWidth(name) - 12;
    if (x > MARGIN && x + width > WIDTH - MARGIN) {
      x = MARGIN;
      y += LINE;
    }
    into.append(
      mark === 'full'
        ? element('circle', { cx: x + 10, cy: y - 4, r: 3.5, fill: colour })
        : mark === 'hollow'
          ? element('circle', { cx: x + 10, cy: y - 4, r: 3.5, fill: 'none', stroke: colour, 'stroke-width': 2 })
          : element('line', { x1: x, x2: x + 20, y1: y - 4, y2: y - 4, stroke: colour, 'stroke-width': 2.25 }),
      element('text', { x: x + 26, y, fill: '#465362', 'font-size': 12 }, name),
    );
    x += width + 12;
  }
  if (more > 0) into.append(element('text', { x, y, fill: '#465362', 'font-size': 12 }, `and ${more} more`));
  return y - top + LINE;
};

/**
 * A plot as a drawing that stands alone, in the light colours: title, names of the curves, curves, caption; every style is written into
 * it. Drawn in the page for a moment, unseen, because only there CSS becomes colours.
 */
export const figureSvg = async (view: PlotView, { title, caption }: FigureWords): Promise<SVGSVGElement> => {
  const { draw } = await loadPlot();
  const stage = document.createElement('div');
  stage.style.cssText = `position:fixed;left:-9999px;top:0;color-scheme:light;color:#465362;font:12px ${FONT}`;
  stage.setAttribute('aria-hidden', 'true');
  document.body.append(stage);
  try {
    const drawing = draw(view, WIDTH, HEIGHT);
    stage.append(drawing);
    const colours = seriesColours(view).map((colour) => {
      const swatch = document.createElement('i');
      swatch.style.color = colour;
      stage.append(swatch);
      return getComputedStyle(swatch).color;
    });
    inline(drawing);
    const figure = element('svg', { xmlns: namespace, width: WIDTH, 'font-family': FONT }) as SVGSVGElement;
    let y = MARGIN + 6;
    const heading = title ? wrapped(title, 76) : [];
    figure.append(
      ...heading.map((line, index) =>
        element('text', { x: MARGIN, y: y + 20 * index, fill: '#17212c', 'font-size': 16, 'font-weight': 600 }, line),
      ),
    );
    y += 20 * heading.length + (heading.length > 0 ? 6 : 0);
    const keys = view.series.map((series, index): Key => ({
      name: series.name,
      colour: colours[index] ?? '#000',
      mark: series.mark === 'points' ? 'full' : view.xWords ? 'hollow' : 'line',
    }));
    const shown = shownKeys(
      keys.map(({ name }) => name),
      WIDTH - 2 * MARGIN,
    );
    y += drawLegend(figure, keys.slice(0, shown), keys.length - shown, y) - 6;
    const place = element('g', { transform: `translate(0, ${y})` });
    drawing.removeAttribute('aria-hidden');
    drawing.setAttribute('background', 'none');
    place.append(drawing);
    figure.append(place);
    y += HEIGHT + LINE;
    const words = wrapped(caption, 108);
    figure.append(
      ...words.map((line, index) => element('text', { x: MARGIN, y: y + LINE * index, fill: '#465362', 'font-size': 12 }, line)),
    );
    y += LINE * words.length;
    figure.setAttribute('height', String(y));
    figure.setAttribute('viewBox', `0 0 ${WIDTH} ${y}`);
    figure.prepend(element('title', {}, title), element('rect', { width: WIDTH, height: y, fill: '#ffffff' }));
    return figure;
  } finally {
    stage.remove();
  }
};

/** A drawing as the text of a file. */
export const svgText = (figure: SVGSVGElement): string => `${new XMLSerializer().serializeToString(figure)}\n`;

/** A drawing as a picture, two pixels for each of its units. */
export const pngOf = async (figure: SVGSVGElement): Promise<Blob> => {
  const address = URL.createObjectURL(new Blob([svgText(figure)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 2 * image.naturalWidth;
    canvas.height = 2 * image.naturalHeight;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('the browser gives no canvas');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error('the browser makes no picture'));
      }, 'image/png');
    });
  } finally {
    URL.revokeObjectURL(address);
  }
};
