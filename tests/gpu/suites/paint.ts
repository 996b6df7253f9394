import { createReferenceBackend } from '$lib/backend/reference/reference';
import { createWebGpuBackend, type WebGpuBackend } from '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';
import { sequentialPalette } from '$lib/base/palette';
import { numbers, withOwnBackend } from '../harness/suite';

/** RGBA of what `paint` gave, whichever form it has. */
function pixels(picture: ImageBitmap | ImageData): Uint8ClampedArray {
  if (picture instanceof ImageData) return picture.data;
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const surface = canvas.getContext('2d');
  if (!surface) throw new Error('no canvas to look at the picture');
  surface.drawImage(picture, 0, 0);
  return surface.getImageData(0, 0, picture.width, picture.height).data;
}

/** Channels that differ by more than one from the reference's picture of the same matrix, and whether it came as a bitmap. */
export async function pictures(backend: WebGpuBackend): Promise<Record<string, { differing: number; bitmap: boolean; size: string }>> {
  const palette = sequentialPalette('light');
  const result: Record<string, { differing: number; bitmap: boolean; size: string }> = {};
  for (const [rows, columns] of [
    [1, 1],
    [31, 33],
    [65, 257],
  ] as const) {
    const data = numbers(3 * rows * columns, 1);
    if (rows > 1) data[rows * columns + 5] = NaN;
    using matrix = backend.upload({ batch: 3, rows, columns }, data);
    const reference = createReferenceBackend();
    using same = reference.upload({ batch: 3, rows, columns }, data);
    const range = [-0.9, 0.8] as const;
    const got = await backend.paint(matrix, 1, range, palette);
    const wanted = pixels(await reference.paint(same, 1, range, palette));
    const seen = pixels(got);
    let differing = seen.length === wanted.length ? 0 : Infinity;
    // A value at the very edge between two colours may fall to either side in f32: neighbours in the palette differ little.
    seen.forEach((channel, i) => {
      if (Math.abs(channel - wanted[i]!) > 3) differing++;
    });
    result[`${rows} × ${columns}`] = { differing, bitmap: got instanceof ImageBitmap, size: `${got.width} × ${got.height}` };
  }
  // Larger than the picture: means of what lies under each pixel; here 2 × 2 blocks of equal numbers.
  const n = 1024;
  using large = backend.upload(
    { rows: n, columns: n },
    Float32Array.from({ length: n * n }, (_, i) => ((Math.floor(i / n / 2) + Math.floor((i % n) / 2)) % 2) + (i % 2 === 0 ? 0.25 : -0.25)),
  );
  const got = await backend.paint(large, 0, [0, 1], palette);
  const seen = pixels(got);
  let differing = 0;
  for (let y = 0; y < 512; y++) {
    for (let x = 0; x < 512; x++) {
      const colour = (x + y) % 2 === 0 ? 0 : 255;
      for (let k = 0; k < 4; k++) if (Math.abs(seen[4 * (512 * y + x) + k]! - palette[4 * colour + k]!) > 1) differing++;
    }
  }
  result['averaged'] = { differing, bitmap: got instanceof ImageBitmap, size: `${got.width} × ${got.height}` };
  return result;
}

export const inPage = (canvas: unknown) => withOwnBackend(pictures, { canvas: canvas === true });

/** The same in a dedicated worker, where the product runs. */
export const inWorker = (canvas: unknown) =>
  new Promise<unknown>((resolve, reject) => {
    const worker = new Worker(new URL('../harness/paint-worker.ts', import.meta.url), { type: 'module' });
    worker.postMessage(canvas);
    worker.onmessage = (event: MessageEvent<unknown>) => {
      worker.terminate();
      resolve(event.data);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(`in the worker: ${event.message}`));
    };
  });

/** Without a canvas off the screen, the picture comes by way of memory, with the same colours. */
export const withoutCanvas = async () => {
  const backend = await createWebGpuBackend({ gpu: navigator.gpu, tuning: { canvas: true } });
  if (backend instanceof Problem) throw backend;
  const Canvas = globalThis.OffscreenCanvas;
  using matrix = backend.upload({ rows: 33, columns: 70 }, numbers(33 * 70, 2));
  const palette = sequentialPalette('dark');
  const drawn = pixels(await backend.paint(matrix, 0, [-1, 1], palette));
  Object.defineProperty(globalThis, 'OffscreenCanvas', { value: undefined, configurable: true });
  const plain = await backend.paint(matrix, 0, [-1, 1], palette);
  Object.defineProperty(globalThis, 'OffscreenCanvas', { value: Canvas, configurable: true });
  backend.dispose();
  const data = pixels(plain);
  return { data: plain instanceof ImageData, differing: drawn.filter((channel, i) => channel !== data[i]).length };
};
