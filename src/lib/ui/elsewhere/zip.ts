import { zipSync, type Zippable } from 'fflate';
import { emptyFolders, type FolderFile } from '$lib/sweep/folder';

/** Modes of Unix, as `unzip` restores them. */
const mode = (bits: number): { os: number; attrs: number } => ({ os: 3, attrs: bits << 16 });

/** The folder of a sweep as a `.zip` file, everything in one folder of this name. The same sweep gives the same bytes. */
export const zipFolder = (name: string, files: readonly FolderFile[]): Uint8Array => {
  const entries: Zippable = {};
  for (const folder of emptyFolders) entries[`${name}/${folder}/`] = [new Uint8Array(), mode(0o40755)];
  for (const { path, content, executable } of files) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    entries[`${name}/${path}`] = [bytes, mode(executable ? 0o100755 : 0o100644)];
  }
  return zipSync(entries, { level: 6, mtime: new Date(1980, 0, 2) });
};
