import type { ReferenceMatrix } from './matrix';

/** A picture as `ImageData` where there is one, else (Node) a plain object of the same shape. */
const picture = (pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): ImageData =>
  typeof ImageData === 'undefined' ? { data: pixels, width, height, colorSpace: 'srgb' } : new ImageData(pixels, width, height);

/**
 * Colours for one batch entry, see `Backend.paint`: entry ⌊256 t⌋ of the palette for t = (value − low)/(high − low) brought into
 * [0, 1] (255 for t = 1); values that are not a number are transparent.
 */
export const paint = (
  matrix: ReferenceMatrix,
  index: number,
  range: readonly [low: number, high: number],
  palette: Uint8Array,
): ImageData => {
  if (palette.length !== 1024) throw new Error(`a palette has 256 RGBA entries, got ${palette.length} bytes`);
  if (!(index >= 0 && index < matrix.batch)) throw new Error(`no entry ${index} in a batch of ${matrix.batch}`);
  const [low, high] = range;
  const values = matrix.entry(index);
  const pixels = new Uint8ClampedArray(values.length * 4);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const t = high > low ? (value - low) / (high - low) : 0.5;
    const colour = Math.max(0, Math.min(255, Math.floor(256 * t)));
    pixels.set(palette.subarray(4 * colour, 4 * colour + 4), 4 * i);
  }
  return picture(pixels, matrix.columns, matrix.rows);
};
