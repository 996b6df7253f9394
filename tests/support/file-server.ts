import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FileServer {
  /** `127.0.0.1:38123` */
  readonly host: string;
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** A server of this machine that notes what it is asked. */
export const fileServer = async (listener: RequestListener): Promise<FileServer> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};

/** A table of four rows. */
export const smallTable = 'a,b,y\n1,0,1\n0,1,-1\n1,1,1\n0.5,1,-1\n';
