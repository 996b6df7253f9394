import type { Page } from '@playwright/test';

/** What a cell looks like, in what can be compared between machines: no pixel of it depends on how a font or a GPU draws. */
export interface Look {
  readonly key: string;
  /** Text that is cut off, covered by other text, or too faint; what is wrong and with which text. */
  readonly faults: readonly string[];
  /** Texts that end in an ellipsis for want of room. */
  readonly shortened: readonly string[];
  /** Where each element of the view stands in its cell, in pixels. */
  readonly boxes: readonly string[];
  /** The most colours in one of its pictures. */
  readonly colours: number;
  /** A number for all pixels of its pictures; another one for others. */
  readonly pixels: number;
  /** Curves that have a length, and points. */
  readonly curves: number;
  readonly points: number;
  /** The entries of its legend. */
  readonly keys: readonly string[];
}

/** The looks of all drawn cells. */
export const examine = (page: Page): Promise<readonly Look[]> =>
  page.evaluate(() => {
    interface Box {
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
    const common = (one: Box, other: Box): Box => ({
      left: Math.max(one.left, other.left),
      top: Math.max(one.top, other.top),
      right: Math.min(one.right, other.right),
      bottom: Math.min(one.bottom, other.bottom),
    });
    /** What a browser rounds. */
    const slack = 1;
    const within = (inner: Box, outer: Box): boolean =>
      inner.left >= outer.left - slack &&
      inner.top >= outer.top - slack &&
      inner.right <= outer.right + slack &&
      inner.bottom <= outer.bottom + slack;
    const overlap = (one: Box, other: Box): boolean => {
      const { left, top, right, bottom } = common(one, other);
      return right - left > 2 && bottom - top > 2;
    };
    const ancestors = (element: Element, root: Element): Element[] =>
      element === root || !element.parentElement ? [element] : [element, ...ancestors(element.parentElement, root)];

    const painter = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    /** A stack of colours, the lowest first, as it is seen. */
    const seen = (layers: readonly string[]): readonly number[] => {
      painter.clearRect(0, 0, 1, 1);
      for (const layer of layers) {
        painter.fillStyle = layer;
        painter.fillRect(0, 0, 1, 1);
      }
      return [...painter.getImageData(0, 0, 1, 1).data];
    };
    /** Relative luminance by WCAG 2. */
    const luminance = ([red = 0, green = 0, blue = 0]: readonly number[]): number => {
      const linear = (level: number): number => (level <= 10 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    const contrast = (element: Element): number => {
      const layers = ancestors(element, document.body).map((one) => getComputedStyle(one).backgroundColor);
      const style = getComputedStyle(element);
      const ground = seen(layers.reverse());
      const ink = seen([`rgb(${ground.slice(0, 3).join(' ')})`, element instanceof SVGElement ? style.fill : style.color]);
      const [dark = 0, light = 0] = [luminance(ground), luminance(ink)].sort((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    };

    /** Texts that are to be read; formulas of TeX place their signs over one another. */
    const texts = (cell: Element): { readonly text: string; readonly element: Element; readonly boxes: readonly Box[] }[] => {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const element = node.parentElement;
        const text = (node.textContent ?? '').trim();
        if (!element || !text || element.closest('.unseen, .katex, option')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        found.push({ text, element, boxes: [...range.getClientRects()] });
      }
      return found;
    };

    return [...document.querySelectorAll<HTMLElement>('[data-key]')].map((cell) => {
      const frame = cell.getBoundingClientRect();
      const body = cell.querySelector('.body')!;
      const written = texts(cell);
      const faults: string[] = [];
      const shortened: string[] = [];
      /** The parts of texts that are seen. */
      const shown: (typeof written)[number][] = [];
      for (const { text, element, boxes } of written) {
        const window = ancestors(element, cell)
          .filter((one) => getComputedStyle(one).overflow !== 'visible' && one.tagName !== 'svg')
          .reduce<Box>((left, one) => common(left, one.getBoundingClientRect()), frame);
        if (!boxes.every((box) => within(box, window))) {
          if (getComputedStyle(element).textOverflow === 'ellipsis') shortened.push(text);
          else faults.push(`cut off: ${text}`);
        }
        shown.push({ text, element, boxes: boxes.map((box) => common(box, window)) });
        const ratio = contrast(element);
        if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(1)}: ${text}`);
      }
      for (const [index, one] of shown.entries())
        for (const other of shown.slice(index + 1))
          if (one.boxes.some((box) => other.boxes.some((another) => overlap(box, another))))
            faults.push(`one over the other: ${one.text}, ${other.text}`);

      const pictures = [...body.querySelectorAll('canvas')].map((canvas) => {
        // Read from a copy, so that the canvas of the page stays as fast as it is.
        const copy = new OffscreenCanvas(Math.max(1, canvas.width), Math.max(1, canvas.height));
        const context = copy.getContext('2d', { willReadFrequently: true })!;
        context.drawImage(canvas, 0, 0);
        return [...new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer)];
      });
      const lines = [...body.querySelectorAll<SVGGeometryElement>('svg polyline, svg [aria-label="line"] path')];
      return {
        key: cell.dataset.key ?? '',
        faults,
        shortened,
        boxes: [...body.querySelectorAll('*')]
          .filter((one) => !(one instanceof SVGElement) && !one.closest('.katex'))
          .map((one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            return `${one.tagName} ${[left - frame.left, top - frame.top, width, height].map(Math.round).join(' ')}`;
          }),
        colours: Math.max(0, ...pictures.map((pixels) => new Set(pixels).size)),
        pixels: pictures.flat().reduce((hash, pixel) => Math.imul(hash ^ pixel, 16777619) >>> 0, 2166136261),
        curves: lines.filter((line) => line.getTotalLength() > 10).length,
        points: body.querySelectorAll('svg [aria-label="dot"] circle').length,
        keys: [...body.querySelectorAll('.key, .legend span')]
          .filter((one) => one.getClientRects().length > 0)
          .map((one) => one.textContent.trim()),
      };
    });
  });
