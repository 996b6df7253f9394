import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headersFor, workerPolicy } from '../../../src/cli/headers';
import { serveSite, type Serving } from '../../../src/cli/server';

let folder: string;
let serving: Serving;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelsheet-'));
  await mkdir(join(folder, 'site/data'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await mkdir(join(folder, 'site-other'));
  await writeFile(join(folder, 'site-other/secret.txt'), 'secret');
  for (const [name, text] of Object.entries({
    'index.html': 'home',
    'run.html': 'run',
    'embed.html': 'frame',
    '404.html': 'lost',
    'data/a.idx.gz': 'zipped',
    'app.js': 'plain',
    'app.js.br': 'short',
    'app.js.gz': 'shorter',
    'only.js': 'plain',
    'only.js.gz': 'zip',
    'data/b.bin': 'plain',
    'data/b.bin.gz': 'zip',
  })) {
    await writeFile(join(folder, 'site', name), text);
  }
  await writeFile(
    join(folder, 'site/policy.html'),
    '<meta http-equiv="content-security-policy" content="script-src &#39;self&#39; \'sha256-x=\'; img-src *">',
  );
  await symlink(join(folder, 'secret.txt'), join(folder, 'site/way.txt'));
  await symlink(join(folder, 'site-other'), join(folder, 'site/way'));
  await symlink(join(folder, 'secret.txt'), join(folder, 'site/only.js.br'));
  await symlink('run.html', join(folder, 'site/inner.html'));
  serving = await serveSite(join(folder, 'site'), 0);
});

afterAll(async () => {
  await serving.close();
  await rm(folder, { recursive: true });
});

/** Sent as it is: fetch would take `..` out of an address. */
const get = (
  path: string,
  method = 'GET',
  accepted = '',
  host?: string,
): Promise<{
  status: number | undefined;
  type: string | undefined;
  encoding: string | undefined;
  isolation: (string | string[] | undefined)[];
  headers: IncomingHttpHeaders;
  body: string;
}> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(serving.origin);
    request(
      { hostname, port, path, method, headers: { ...(accepted && { 'accept-encoding': accepted }), ...(host !== undefined && { host }) } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (piece: string) => (body += piece));
        response.on('end', () => {
          const { 'content-type': type, 'content-encoding': encoding } = response.headers;
          const isolation = ['opener', 'embedder', 'resource'].map((what) => response.headers[`cross-origin-${what}-policy`]);
          resolve({ status: response.statusCode, type, encoding, isolation, headers: response.headers, body });
        });
      },
    )
      .on('error', reject)
      .end();
  });

describe('the server', () => {
  test('serves files, pages without their ending, and the front page', async () => {
    expect(await get('/')).toMatchObject({ status: 200, body: 'home', type: 'text/html; charset=utf-8' });
    expect(await get('/run')).toMatchObject({ status: 200, body: 'run' });
    expect(await get('/run?x=1')).toMatchObject({ status: 200, body: 'run' });
    expect(await get('/data/a.idx.gz')).toMatchObject({ status: 200, body: 'zipped', encoding: undefined });
  });

  test('makes every page isolated, and lets others show only the page that is made for it', async () => {
    // Scripts too: those of workers must say it themselves.
    for (const path of ['/', '/run', '/app.js', '/nothing', '/embedded'])
      expect((await get(path)).isolation, path).toEqual(['same-origin', 'require-corp', 'same-origin']);
    for (const path of ['/embed', '/embed?x=1', '/embed.html', '/embed/'])
      expect((await get(path)).isolation, path).toEqual([undefined, 'require-corp', 'cross-origin']);
  });

  test('sends the shortest form that the browser takes', async () => {
    expect(await get('/app.js', 'GET', 'gzip, deflate, br, zstd')).toMatchObject({
      body: 'short',
      encoding: 'br',
      type: 'text/javascript; charset=utf-8',
    });
    expect(await get('/app.js', 'GET', 'gzip, br;q=0')).toMatchObject({ body: 'shorter', encoding: 'gzip' });
    expect(await get('/app.js')).toMatchObject({ body: 'plain', encoding: undefined });
    expect(await get('/only.js', 'GET', 'br, gzip')).toMatchObject({ body: 'zip', encoding: 'gzip' });
    // A file that is packed as it is, and has the ending of another, is no form of that one.
    expect(await get('/data/b.bin', 'GET', 'gzip')).toMatchObject({ body: 'plain', encoding: undefined });
  });

  test('answers anything else with the page for lost ways', async () => {
    expect(await get('/nothing')).toMatchObject({ status: 404, body: 'lost' });
    expect(await get('/data')).toMatchObject({ status: 404 });
    expect(await get('/%')).toMatchObject({ status: 404 });
  });

  test('serves nothing outside its folder', async () => {
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/../site-other/secret.txt', '//secret.txt', '/a%00']) {
      const answer = await get(path);
      expect(answer.body).not.toContain('secret');
      expect(answer.status).toBe(404);
    }
  });

  test('follows no link out of its folder, also not to a packed form', async () => {
    for (const path of ['/way.txt', '/way/secret.txt']) expect(await get(path), path).toMatchObject({ status: 404, body: 'lost' });
    expect(await get('/only.js', 'GET', 'br')).toMatchObject({ body: 'plain', encoding: undefined });
    expect(await get('/inner')).toMatchObject({ status: 200, body: 'run' });
  });

  test('answers to names of this machine only: a name of someone else may have been bent to it', async () => {
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:80', 'LOCALHOST'])
      expect((await get('/', 'GET', '', host)).status, host).toBe(200);
    for (const host of ['evil.test', 'localhost.evil.test', '127.0.0.1.nip.io:4173', 'localhost@evil.test', '0.0.0.0', '192.168.1.1'])
      expect(await get('/', 'GET', '', host), host).toMatchObject({ status: 421 });
  });

  test('sends the policy of a page, who may frame it, and the policy of scripts that may be workers', async () => {
    const policy = async (path: string): Promise<unknown> => (await get(path)).headers['content-security-policy'];
    expect(await policy('/policy')).toBe("script-src 'self' 'sha256-x='; img-src *; frame-ancestors 'self'");
    expect(await policy('/run')).toBe("frame-ancestors 'self'");
    expect(await policy('/nothing')).toBe("frame-ancestors 'self'");
    expect(await policy('/embed')).toBeUndefined();
    expect(await policy('/app.js')).toBe(workerPolicy);
    for (const path of ['/', '/embed', '/app.js', '/nothing', '/data/b.bin']) {
      const { headers } = await get(path);
      expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    }
  });

  test('and the file for other hosts say the same', async () => {
    const text = await readFile('static/_headers', 'utf8');
    const rules = new Map<string, Map<string, string>>();
    let rule = new Map<string, string>();
    for (const line of text.split('\n')) {
      if (line.startsWith('/')) rules.set(line, (rule = new Map<string, string>()));
      else if (line.startsWith('  ')) rule.set(line.trim().split(': ')[0]!.toLowerCase(), line.slice(line.indexOf(': ') + 2));
    }
    const everywhere = Object.fromEntries(rules.get('/*') ?? []);
    for (const [name, value] of Object.entries(headersFor('/')))
      if (name !== 'cross-origin-resource-policy') expect(everywhere[name], name).toBe(value);
    expect(rules.get('/embed')?.get('cross-origin-resource-policy')).toBe(headersFor('/embed')['cross-origin-resource-policy']);
    expect(rules.get('/embed')?.get('content-security-policy')).toBeUndefined();
    for (const page of ['/', '/gallery', '/docs', '/docs/*', '/run'])
      expect(rules.get(page)?.get('content-security-policy'), page).toBe("frame-ancestors 'self'");
    for (const scripts of ['workers', 'assets'])
      expect(rules.get(`/_app/immutable/${scripts}/*`)?.get('content-security-policy')).toBe(workerPolicy);
  });

  test('only gives', async () => {
    expect(await get('/', 'POST')).toMatchObject({ status: 405, body: '' });
    expect(await get('/', 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  test('takes another port when the one wanted is taken', async () => {
    const taken = Number(new URL(serving.origin).port);
    const other = await serveSite(join(folder, 'site'), taken);
    expect(Number(new URL(other.origin).port)).not.toBe(taken);
    await other.close();
  });
});
