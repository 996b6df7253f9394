import type { Matrix } from '$lib/backend/backend';
import source from '$shaders/kernel/paint.wgsl?raw';
import * as d from 'typegpu/data';
import { common } from '../common';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import type { GpuMatrix } from '../matrix';
import { slice } from './view';

/** Pixels at most along a side; larger matrices are averaged down. */
const mostPixels = 512;
/** A texture's row in a buffer must be a multiple of 256 bytes. */
const pitchPixels = 64;

const textureUsage = { copyTarget: 0x2, renderAttachment: 0x10 } as const;

const kernel = () =>
  defineKernel({
    name: 'paint',
    sources: [...common.notANumber, source],
    reads: ['a', 'palette'],
    writes: ['pixels'],
    types: { palette: d.u32, pixels: d.u32 },
    parameters: { rows: d.u32, columns: d.u32, width: d.u32, height: d.u32, pitch: d.u32, low: d.f32, high: d.f32 },
  });

/**
 * False once a device was lost right after a picture went by way of a canvas: the backend made after it does without, so
 * that the same picture does not lose that one too.
 */
let canvasTrusted = true;
/** When the last picture of a device went by way of a canvas, in milliseconds. */
const lastFrame = new WeakMap<Context, number>();
const suspectMilliseconds = 2000;

function noteFrame(context: Context): void {
  if (!lastFrame.has(context)) {
    void context.faults.broken.then(() => {
      if (performance.now() - (lastFrame.get(context) ?? -Infinity) < suspectMilliseconds) canvasTrusted = false;
    });
  }
  lastFrame.set(context, performance.now());
}

/** Entry `index` of the batch as a picture, drawn where the numbers are, see `Backend.paint`. */
export async function paint(
  context: Context,
  matrix: Matrix,
  index: number,
  [low, high]: readonly [low: number, high: number],
  palette: Uint8Array,
): Promise<ImageBitmap | ImageData> {
  if (palette.length !== 1024) throw new Error(`a palette has 256 RGBA entries, got ${palette.length} bytes`);
  const { rows, columns } = matrix;
  const width = Math.min(columns, mostPixels);
  const height = Math.min(rows, mostPixels);
  const pitch = Math.ceil(width / pitchPixels) * pitchPixels;
  using entry = slice(context, matrix, index);
  using colours = context.uploadWords(new Uint32Array(Uint8Array.from(palette).buffer));
  using pixels = context.empty({ rows: height, columns: pitch });
  context.dispatch(
    kernel(),
    { a: entry, palette: colours, pixels },
    { rows, columns, width, height, pitch, low, high },
    context.grid(width * height, 64),
    2 * rows * columns,
  );
  const bitmap = context.tuning.canvas && canvasTrusted ? toBitmap(context, pixels, width, height) : undefined;
  if (bitmap) {
    await context.faults.check();
    return bitmap;
  }
  return toImageData(await context.bytes(pixels), width, height, pitch);
}

/** Copied to the texture of a canvas and taken from there, without coming by the CPU's memory; undefined where no canvas has WebGPU. */
function toBitmap(context: Context, pixels: GpuMatrix, width: number, height: number): ImageBitmap | undefined {
  if (typeof OffscreenCanvas === 'undefined') return undefined;
  const canvas = new OffscreenCanvas(width, height);
  // TypeScript's library does not know that a canvas off the screen can have this context.
  const surface = canvas.getContext('webgpu') as unknown as GPUCanvasContext | null;
  if (!surface) return undefined;
  surface.configure({
    device: context.gpu.device,
    format: 'rgba8unorm',
    usage: textureUsage.copyTarget | textureUsage.renderAttachment,
    alphaMode: 'premultiplied',
  });
  noteFrame(context);
  const { lease } = pixels.storage;
  context.executor.encode([lease], (encoder) => {
    encoder.copyBufferToTexture(
      { buffer: lease.buffer, offset: 4 * pixels.offset, bytesPerRow: 4 * pixels.columns },
      { texture: surface.getCurrentTexture() },
      [width, height],
    );
  });
  context.executor.flush();
  return canvas.transferToImageBitmap();
}

/** The same by reading back; a plain object of the same form where there is no `ImageData` (Node). */
function toImageData(bytes: ArrayBuffer, width: number, height: number, pitch: number): ImageData {
  const all = new Uint8ClampedArray(bytes);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) data.set(all.subarray(4 * pitch * y, 4 * (pitch * y + width)), 4 * width * y);
  return typeof ImageData === 'undefined' ? { data, width, height, colorSpace: 'srgb' } : new ImageData(data, width, height);
}
