/**
 * The sequential palette of heat maps: 256 colours along a curve in OKLCH whose lightness only ever moves one way and whose
 * steps are equally long in OKLab, so that equal differences of a number look like equal differences of colour, also to
 * colour-blind eyes and in grey. Low values are near the paper (light) or near the dark ground (dark).
 */

type Triple = readonly [number, number, number];

/** OKLCH (lightness 0…1, chroma, hue in degrees) to OKLab. */
const oklab = (lightness: number, chroma: number, hue: number): Triple => {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
};

/** OKLab to linear sRGB (Ottosson 2020, https://bottosson.github.io/posts/oklab/). */
const linearRgb = ([lightness, a, b]: Triple): Triple => {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
};

const inGamut = (colour: Triple): boolean => colour.every((channel) => channel >= -1e-4 && channel <= 1 + 1e-4);

/** The colour with the same lightness and hue and as much of the chroma as sRGB can show. */
const fitted = (lightness: number, chroma: number, hue: number): Triple => {
  let low = 0;
  let high = chroma;
  if (inGamut(linearRgb(oklab(lightness, chroma, hue)))) return oklab(lightness, chroma, hue);
  for (let step = 0; step < 20; step++) {
    const middle = (low + high) / 2;
    if (inGamut(linearRgb(oklab(lightness, middle, hue)))) low = middle;
    else high = middle;
  }
  return oklab(lightness, low, hue);
};

const encode = (channel: number): number => {
  const value = Math.min(1, Math.max(0, channel));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
};

/** The curve before its steps are made equal, at t = 0…1. */
const curve = {
  light: (t: number): Triple => fitted(0.975 - 0.735 * t, 0.012 + 0.15 * Math.sin(Math.PI * Math.min(1, t * 1.02)) ** 0.9, 118 + 170 * t),
  dark: (t: number): Triple => fitted(0.225 + 0.705 * t, 0.03 + 0.125 * Math.sin(Math.PI * t) ** 0.9, 285 - 180 * t),
};

const distance = (left: Triple, right: Triple): number => Math.hypot(left[0] - right[0], left[1] - right[1], left[2] - right[2]);

type Theme = 'light' | 'dark';

/** An arm of maps about a middle, from the paper or the ground at t = 0 to full colour of this hue. */
const arm = {
  light: (t: number, hue: number): Triple => fitted(0.97 - 0.47 * t, 0.17 * t, hue),
  dark: (t: number, hue: number): Triple => fitted(0.24 + 0.5 * t, 0.16 * t, hue),
};
const hues = { below: 50, above: 252 };

/**
 * The 256 colours of sequential heat maps as RGBA bytes (1024 in all), from the lowest value to the highest.
 * @param theme light: paper to ink; dark: ground to glow.
 */
export const sequentialPalette = (theme: Theme): Uint8Array<ArrayBuffer> => colours(curve[theme], 256);

/** The 256 colours of heat maps about a middle, which is half-way: values below it are orange, above it blue, in equal steps. */
export const divergingPalette = (theme: Theme): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(1024);
  bytes.set(colours((t) => arm[theme](1 - t, hues.below), 128));
  bytes.set(
    colours((t) => arm[theme](t, hues.above), 128),
    512,
  );
  return bytes;
};

const colours = (along: (t: number) => Triple, count: number): Uint8Array<ArrayBuffer> => {
  const samples = 1024;
  const path = Array.from({ length: samples + 1 }, (_, index) => along(index / samples));
  const lengths = [0];
  for (let index = 1; index <= samples; index++) lengths.push(lengths[index - 1]! + distance(path[index - 1]!, path[index]!));
  const total = lengths[samples]!;
  const bytes = new Uint8Array(4 * count);
  for (let entry = 0, at = 0; entry < count; entry++) {
    while (at < samples && lengths[at]! < (total * entry) / (count - 1)) at++;
    const [red, green, blue] = linearRgb(path[at]!);
    bytes.set([encode(red), encode(green), encode(blue), 255], 4 * entry);
  }
  return bytes;
};

/** CSS gradient of a palette, for the scale beside a heat map. */
export const paletteGradient = (theme: Theme, direction = 'to right', diverging = false): string => {
  const bytes = diverging ? divergingPalette(theme) : sequentialPalette(theme);
  const stops = Array.from({ length: 17 }, (_, index) => {
    const entry = 4 * Math.round((255 * index) / 16);
    return `rgb(${bytes[entry]} ${bytes[entry + 1]} ${bytes[entry + 2]})`;
  });
  return `linear-gradient(${direction}, ${stops.join(', ')})`;
};
