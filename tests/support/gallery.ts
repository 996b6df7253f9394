import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../static/gallery/', import.meta.url));

/** The sheets of the gallery as files. */
export const gallerySheets = async (): Promise<{ readonly file: string; readonly text: string }[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ksheet')).sort();
  return Promise.all(names.map(async (name) => ({ file: `${folder}${name}`, text: await readFile(`${folder}${name}`, 'utf8') })));
};
