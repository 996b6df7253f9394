import { realpath, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** What files are, by their endings. */
export const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.ksheet': 'text/plain; charset=utf-8',
};

export const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** A file whose links, followed, lead to nothing outside the site. */
export const isInside = async (site: string, path: string): Promise<boolean> => {
  const [root, real] = await Promise.all([realpath(site), realpath(path)]);
  return real.startsWith(root.endsWith(sep) ? root : root + sep);
};

/** The path of an address; undefined for one that cannot be read. */
export const pathOf = (address: string): string | undefined => {
  try {
    return decodeURIComponent(new URL(`http://localhost${address}`).pathname);
  } catch {
    return undefined;
  }
};

/** The file of a site that a path stands for: itself, `x.html` for `x`, `index.html` for a folder. Nothing outside the site. */
export const fileOf = async (site: string, path: string): Promise<string | undefined> => {
  const file = normalize(join(site, path));
  if (path.includes('\0') || (file !== site && !file.startsWith(site.endsWith(sep) ? site : site + sep))) return undefined;
  for (const candidate of [file, `${file}.html`, join(file, 'index.html')])
    if ((await isFile(candidate)) && (await isInside(site, candidate))) return candidate;
  return undefined;
};

/** Forms that the build has made beside a file, the shorter first. */
const packings = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

/** Whether an `accept-encoding` allows this encoding; a quality of 0 forbids it. */
const accepts = (accepted: string, encoding: string): boolean =>
  accepted.split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((word) => word.trim());
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

/** The shortest form of a file that the browser takes, and what it is called. Only texts are ever packed. */
export const packed = async (
  site: string,
  file: string,
  accepted: string,
): Promise<{ readonly path: string; readonly encoding: string } | undefined> => {
  if (types[extname(file)] === undefined) return undefined;
  for (const { encoding, ending } of packings)
    if (accepts(accepted, encoding) && (await isFile(file + ending)) && (await isInside(site, file + ending)))
      return { path: file + ending, encoding };
  return undefined;
};
