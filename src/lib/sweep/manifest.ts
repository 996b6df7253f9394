import { Problem } from '$lib/base/problem';
import { hash } from '$lib/graph/hash';
import type { Axis } from '$lib/graph/kind';
import type { Chunk } from './chunks';

/** A file that the sheet names, as it lies in the folder. */
export interface SweepFile {
  /** As the sheet names it. */
  readonly name: string;
  /** In the folder. */
  readonly path: string;
  readonly hash: string;
}

/** A chunk with the name of its part. */
export interface SweepChunk extends Chunk {
  /** Hash of all that its results depend on: sheet, files, program, values. */
  readonly hash: string;
}

/** What a sweep is: `sweep.json`. */
export interface Manifest {
  readonly version: 1;
  /** Version of the program that made it. */
  readonly program: string;
  /** Hash of the text of the sheet. */
  readonly sheet: string;
  readonly files: readonly SweepFile[];
  readonly over: readonly Axis[];
  readonly chunks: readonly SweepChunk[];
}

/** Hash of bytes or of a text, as the names of files have it. */
export const hashContent = (content: Uint8Array | string): string =>
  hash(typeof content === 'string' ? content : Uint8Array.from(content)).slice(0, 16);

/** The manifest of a sweep. */
export const manifestOf = (
  program: string,
  text: string,
  files: readonly SweepFile[],
  over: readonly Axis[],
  chunks: readonly Chunk[],
): Manifest => {
  const sheet = hashContent(text);
  const common = [1, program, sheet, files.map(({ name, hash: content }) => [name, content])];
  return {
    version: 1,
    program,
    sheet,
    files,
    over: over.map(({ name, values }) => ({ name, values })),
    chunks: chunks.map(({ task, axes }) => ({ task, hash: hash([common, axes]).slice(0, 16), axes })),
  };
};

/**
 * Reads a manifest.
 *
 * @throws Problem when it is none, or is damaged.
 */
export const readManifest = (text: string): Manifest => {
  const damaged = new Problem('sweep.json: is damaged; make the folder anew with kernelsheet sweep');
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch {
    throw damaged;
  }
  const version: unknown = manifest.version;
  if (version !== 1) throw new Problem(`sweep.json: is of version ${String(version)}, this program reads version 1`);
  const { program, sheet, files, over, chunks } = manifest;
  if (![files, over, chunks].every(Array.isArray) || typeof program !== 'string' || typeof sheet !== 'string') throw damaged;
  return manifest;
};

/** `gamma = 0.1, 0.2; draw = 1`: what a chunk fixes, in words. */
export const describeChunk = ({ axes }: Pick<Chunk, 'axes'>): string =>
  axes
    .map(({ name, values }) => {
      const texts = values.map((value) => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value)));
      return `${name} = ${texts.length > 4 ? `${texts[0]} … ${texts.at(-1)} (${texts.length})` : texts.join(', ')}`;
    })
    .join('; ');
