import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { headersFor } from './headers';

const types: Readonly<Record<string, string>> = {
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

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** The path of an address; undefined for one that cannot be read. */
const pathOf = (address: string): string | undefined => {
  try {
    return decodeURIComponent(new URL(`http://localhost${address}`).pathname);
  } catch {
    return undefined;
  }
};

/** The file of a site that a path stands for: itself, `x.html` for `x`, `index.html` for a folder. Nothing outside the site. */
const fileOf = async (site: string, path: string): Promise<string | undefined> => {
  const file = normalize(join(site, path));
  if (path.includes('\0') || (file !== site && !file.startsWith(site.endsWith(sep) ? site : site + sep))) return undefined;
  for (const candidate of [file, `${file}.html`, join(file, 'index.html')]) if (await isFile(candidate)) return candidate;
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
const packed = async (file: string, accepted: string): Promise<{ readonly path: string; readonly encoding: string } | undefined> => {
  if (types[extname(file)] === undefined) return undefined;
  for (const { encoding, ending } of packings)
    if (accepts(accepted, encoding) && (await isFile(file + ending))) return { path: file + ending, encoding };
  return undefined;
};

const answer = async (site: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const path = pathOf(request.url ?? '/');
  const found = path === undefined ? undefined : await fileOf(site, path);
  const file = found ?? join(site, '404.html');
  if (!(await isFile(file))) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    return;
  }
  const short = await packed(file, request.headers['accept-encoding'] ?? '');
  response.writeHead(found === undefined ? 404 : 200, {
    ...headersFor(path ?? '/'),
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    ...(short && { 'content-encoding': short.encoding }),
    vary: 'accept-encoding',
    // Names under _app/immutable hold a hash of their content.
    'cache-control': file.includes(`${sep}immutable${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const stream = createReadStream(short?.path ?? file);
  // A file that vanishes while it is sent cuts the answer short; the browser sees that.
  stream.on('error', () => response.destroy());
  stream.pipe(response);
};

/** A server that runs. */
export interface Serving {
  /** `http://localhost:4173` */
  readonly origin: string;
  close(): Promise<void>;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

/**
 * Serves the files of a folder on localhost.
 *
 * @param site folder of the built site
 * @param port tried first; another free one is taken when it is not free. 0: any
 */
export const serveSite = async (site: string, port: number): Promise<Serving> => {
  const server = createServer((request, response) => {
    answer(site, request, response).catch(() => response.destroy());
  });
  try {
    await listen(server, port);
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
    if (!taken) throw error;
    await listen(server, 0);
  }
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
