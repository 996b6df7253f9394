import type { GivenFile } from '$lib/data/given-files';
import type { Sheet } from '$lib/sheet/document';
import { possibleFiles } from '$lib/sheet/possible-files';
import { readFileOf } from './read-file';

/**
 * What the files that a sheet names hold, by the name it uses, relative to its folder: content, or in words why it may not be read
 * (`read-file.ts`). Nothing else is read; a name that is no file is left out, and the cell that asks for it says so.
 *
 * @param folder undefined where the sheet came by a link: it has no files of this machine
 * @param allowed further folders that files may lie in
 */
export const readNamedFiles = async (
  sheet: Sheet,
  folder: string | undefined,
  allowed: readonly string[] = [],
): Promise<Map<string, GivenFile>> => {
  const files = new Map<string, GivenFile>();
  if (folder === undefined) return files;
  for (const name of possibleFiles(sheet)) {
    const content = await readFileOf(name, folder, allowed);
    if (content !== 'absent') files.set(name, content);
  }
  return files;
};
