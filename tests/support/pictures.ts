/** Synthetic pictures in the real formats: every class has its own colour and a bar of its own place, beside noise. */

/** A number 0…255 that is the same for the same arguments. */
const noise = (...seeds: readonly number[]): number =>
  (seeds.reduce((hash, seed) => Math.imul(hash ^ seed, 0x01000193) ^ (hash >>> 13), 0x811c9dc5) >>> 0) % 256;

/** Value of a pixel of picture `index`, which is of class `label`, 0…255. */
export const pixelOf = (index: number, label: number, channel: number, y: number, x: number): number => {
  const bar = Math.floor(x / 3) === label ? 120 : 0;
  return Math.min(255, bar + ((label * 40 * (channel + 1)) % 100) + Math.floor(noise(index, channel, y, x) / 8));
};

/** A CIFAR-10 batch, or CIFAR-100 with `coarse`, of `count` pictures; picture i is of class i modulo `classes`. */
export const cifarBatch = (count: number, classes = 10, coarse?: (label: number) => number): Uint8Array => {
  const labels = coarse ? 2 : 1;
  const bytes = new Uint8Array(count * (labels + 3072));
  for (let index = 0; index < count; index++) {
    const at = index * (labels + 3072);
    const label = index % classes;
    if (coarse) bytes[at] = coarse(label);
    bytes[at + labels - 1] = label;
    for (let channel = 0; channel < 3; channel++)
      for (let pixel = 0; pixel < 1024; pixel++)
        bytes[at + labels + 1024 * channel + pixel] = pixelOf(index, label, channel, Math.floor(pixel / 32), pixel % 32);
  }
  return bytes;
};

/** An IDX file of bytes. */
export const idxFile = (shape: readonly number[], data: readonly number[] | Uint8Array): Uint8Array =>
  Uint8Array.from([
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((length) => [length >> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]),
    ...data,
  ]);
