import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pending } from '$lib/base/pending';
import { Problem } from '$lib/base/problem';
import { fetchFile } from '$lib/data/fetch-file';
import { wholeFile } from '$lib/data/byte-file';
import { RemoteFiles } from '$lib/data/remote-files';
import { fileServer, smallTable, type FileServer } from '../../support/file-server';

const never = new AbortController().signal;
let server: FileServer;
let other: FileServer;
/** Pieces that the endless answer has sent. */
let sent = 0;
let endless: () => void = () => undefined;
const closed = new Promise<void>((resolve) => (endless = resolve));

beforeAll(async () => {
  other = await fileServer((_, response) => void response.end('other'));
  server = await fileServer(({ url }, response) => {
    const path = url ?? '';
    if (path.startsWith('/table')) response.end(smallTable);
    else if (path === '/cut') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x'.repeat(100));
      setTimeout(() => response.destroy(), 30);
    } else if (path === '/silent') response.write('begins');
    else if (path === '/mute') return;
    else if (path === '/announced') response.writeHead(200, { 'content-length': String(2 ** 30) }).write('x');
    else if (path === '/endless') {
      response.once('close', endless);
      const piece = Buffer.alloc(2 ** 22);
      const more = (): void => {
        if (response.destroyed) return;
        sent += 1;
        if (response.write(piece)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    } else if (path === '/away') response.writeHead(302, { location: `${other.url}/a.csv` }).end();
    else if (path === '/near') response.writeHead(307, { location: '/table' }).end();
    else if (path === '/round') response.writeHead(301, { location: '/round' }).end();
    else if (path === '/local') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else response.writeHead(404).end();
  });
});
afterAll(() => Promise.all([server.close(), other.close()]));

const thrown = async (read: () => unknown): Promise<Problem> => {
  try {
    await read();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('expected a Problem');
};

/** Reads as the graph does: what waits is tried again. */
const read = async (files: RemoteFiles, url: string): Promise<string> => {
  for (;;) {
    try {
      return new TextDecoder().decode(await wholeFile(files.open(url)));
    } catch (error) {
      if (!(error instanceof Pending)) throw error;
      await error.until;
    }
  }
};

describe('a file of another host', () => {
  test('is not asked for before the host is allowed, and the problem says which', async () => {
    const files = new RemoteFiles();
    const before = server.asked.length;
    for (const path of ['/table', '/away', '/none']) {
      const problem = await thrown(() => read(files, server.url + path));
      expect(problem.host).toBe(server.host);
      expect(problem.message).toContain('asked only when you allow it');
    }
    expect(server.asked.length).toBe(before);
    files.allow(server.host);
    expect(await read(files, `${server.url}/table`)).toBe(smallTable);
    expect(server.asked.length).toBe(before + 1);
  });

  test('is asked for without cookies, referrer and origin of a sheet, and once for many readers', async () => {
    const files = new RemoteFiles();
    files.allow('127.0.0.1');
    const before = server.asked.length;
    for (let time = 0; time < 3; time++) await read(files, `${server.url}/table?once`);
    const asked = server.asked.slice(before);
    expect(asked).toHaveLength(1);
    for (const name of ['cookie', 'referer', 'authorization']) expect(asked[0]?.headers[name]).toBeUndefined();
  });

  test('of a host that the first one sends to is asked about too', async () => {
    const files = new RemoteFiles();
    files.allow(server.host);
    const before = other.asked.length;
    expect((await thrown(() => read(files, `${server.url}/away`))).host).toBe(other.host);
    expect(other.asked.length).toBe(before);
    files.allow(other.host);
    expect(await read(files, `${server.url}/away`)).toBe('other');
    expect(await read(files, `${server.url}/near`)).toBe(smallTable);
  });

  test('is allowed by name at every port, by name and port at this one', async () => {
    const files = new RemoteFiles();
    files.allow('127.0.0.1:1');
    expect((await thrown(() => read(files, `${server.url}/table`))).host).toBe(server.host);
    files.allow('example.org:443');
    expect(() => files.open('https://example.org/a.csv')).toThrow(Pending);
    expect((await thrown(() => read(files, 'http://example.org/a.csv'))).host).toBe('example.org');
    // Neither part of a name nor a name before an @ is the host.
    for (const url of ['https://an.example.org/x', 'https://example.org.evil.test/x', 'https://example.org:443@evil.test/x'])
      expect((await thrown(() => read(files, url))).host, url).not.toBe('example.org');
    files.keep('');
  });

  test('that is named no more is given up, and fetched anew when it is named again', async () => {
    const files = new RemoteFiles();
    files.allow(server.host);
    const url = `${server.url}/table?kept`;
    await read(files, url);
    files.keep(`t = table("${url}")`);
    const before = server.asked.length;
    await read(files, url);
    expect(server.asked.length).toBe(before);
    files.keep('t = 1');
    await read(files, url);
    expect(server.asked.length).toBe(before + 1);
  });
});

describe('an answer that', () => {
  const words = async (path: string, patience = 5000): Promise<string> =>
    (await thrown(() => fetchFile(server.url + path, never, { name: 'it', patience }))).message;

  test('is cut off, silent, a refusal or a way round is a message', async () => {
    expect(await words('/cut')).toMatch(/^file: it was cut off after \d+ bytes \(/);
    expect(await words('/silent', 60)).toBe('file: it could not be loaded, the server was silent for 0.06 s');
    expect(await words('/mute', 60)).toBe('file: it could not be loaded, the server was silent for 0.06 s');
    expect(await words('/none')).toBe('file: it could not be loaded, the server answered 404');
    expect(await words('/round')).toBe('file: it could not be loaded, it is sent on more than 5 times');
    expect(await words('/local')).toContain('it is sent on to file:///etc/passwd');
  });

  test('is too large is read no further than the limit, whatever it announces', async () => {
    expect(await words('/announced')).toBe('file: it is 1024.0 MiB large or more, at most 256.0 MiB can be read');
    expect(await words('/endless')).toMatch(/^file: it is 25[6-9]\.\d MiB large or more, at most 256\.0 MiB can be read$/);
    // The server hears that nobody reads on, long before it has sent without end.
    await closed;
    expect(sent * 2 ** 22).toBeLessThan(2 ** 30);
  });
});
