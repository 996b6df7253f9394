import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { headersFor, pagePolicy, workerPolicy } from './headers';
import { fileOf, isFile, isInside, packed, pathOf, types } from './site-files';

/** Names under which a page of this machine is asked for. Under any other name somebody else's page asks, whose name was bent to here. */
const ownNames = new Set(['localhost', '127.0.0.1', '[::1]']);

const isOwnHost = (host: string | undefined): boolean => {
  try {
    return ownNames.has(new URL(`http://${host ?? ''}`).hostname);
  } catch {
    return false;
  }
};

/** The content policy of what is sent: of a page, or of a script that may be a worker's. */
const policyOf = async (path: string, file: string): Promise<Readonly<Record<string, string>>> => {
  const ending = extname(file);
  if (ending === '.html') {
    const policy = pagePolicy(path, await readFile(file, 'utf8'));
    return policy === '' ? {} : { 'content-security-policy': policy };
  }
  return ending === '.js' ? { 'content-security-policy': workerPolicy } : {};
};

const answer = async (site: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (!isOwnHost(request.headers.host)) {
    response.writeHead(421, { 'content-type': 'text/plain' }).end('this server answers to localhost only\n');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const path = pathOf(request.url ?? '/');
  const found = path === undefined ? undefined : await fileOf(site, path);
  const file = found ?? join(site, '404.html');
  if (!(await isFile(file)) || !(await isInside(site, file))) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    return;
  }
  const short = await packed(site, file, request.headers['accept-encoding'] ?? '');
  response.writeHead(found === undefined ? 404 : 200, {
    ...headersFor(path ?? '/'),
    ...(await policyOf(path ?? '/', file)),
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
 * @param port tried first; where it is taken, another one is used. 0 stands for any free port
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
