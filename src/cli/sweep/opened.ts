import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '$lib/base/problem';
import { hashContent, readManifest, type Manifest } from '$lib/sweep/manifest';
import type { Place } from '../place';
import { reason } from '../sheet-source';
import { programVersion } from '../version';

/** A sweep's folder as it was read. */
export interface OpenSweep {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly text: string;
  /** By the names that the sheet uses. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const read = async (folder: string, path: string): Promise<Uint8Array> => {
  try {
    return new Uint8Array(await readFile(join(folder, path)));
  } catch (error) {
    const none = path === 'sweep.json' ? '; expected a folder that kernelsheet sweep made' : '';
    throw new Problem(`${join(folder, path)}: cannot be read, ${reason(error)}${none}`);
  }
};

/**
 * Reads the folder of a sweep.
 *
 * @throws Problem when it is none, was made by another version of the program, or its sheet or files were changed.
 */
export const openSweep = async (folder: string, place: Place): Promise<OpenSweep> => {
  const manifest = readManifest(new TextDecoder().decode(await read(folder, 'sweep.json')));
  const program = programVersion(place.root);
  if (manifest.program !== program)
    throw new Problem(
      `${folder}: was made by kernelsheet ${manifest.program}, this is ${program}; use that version, or make the folder again`,
    );
  const text = new TextDecoder().decode(await read(folder, 'sheet.ksheet'));
  const changed = (file: string): Problem =>
    new Problem(`${join(folder, file)}: was changed since the folder was made; make another folder with kernelsheet sweep`);
  if (hashContent(text) !== manifest.sheet) throw changed('sheet.ksheet');
  const files = new Map<string, Uint8Array>();
  for (const { name, path, hash } of manifest.files) {
    const content = await read(folder, path);
    if (hashContent(content) !== hash) throw changed(path);
    files.set(name, content);
  }
  return { folder, manifest, text, files };
};
