import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';

/** The path of a Firefox: `KERNELSHEET_FIREFOX`, else `firefox-esr` or `firefox` on the search path; undefined where there is none. */
export const findFirefox = (): string | undefined => {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    process.env.KERNELSHEET_FIREFOX ?? '',
    ...['firefox-esr', 'firefox'].flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return path !== '';
    } catch {
      return false;
    }
  });
};

/** What the page says of itself when it has settled. */
export interface Seen {
  readonly engine: string;
  readonly isolated: boolean;
  readonly webgpu: boolean;
  readonly settled: string;
  readonly seconds: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly curves: number;
  readonly errors: readonly string[];
}

/** Runs in the page. The page is loaded, for Firefox, when the held picture has come: after the report. */
const watcher = `
const errors = [];
addEventListener('error', (event) => errors.push(event.message));
addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
const look = () => {
  const settled = document.querySelector('[data-settled="true"]');
  if (!settled) return void setTimeout(look, 100);
  const cells = Object.fromEntries([...document.querySelectorAll('[data-key]')].map((cell) => [cell.dataset.key, cell.dataset.status]));
  void fetch('/report', { method: 'POST', body: JSON.stringify({
    engine: document.querySelector('.engine').getAttribute('aria-label'), isolated: crossOriginIsolated, webgpu: 'gpu' in navigator,
    settled: settled.textContent, seconds: performance.now() / 1000, cells,
    curves: document.querySelectorAll('[data-key="figure"] [aria-label="line"] path').length, errors,
  }) });
};
look();
`;

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

const preferences = [
  'datareporting.policy.dataSubmissionEnabled',
  'browser.shell.checkDefaultBrowser',
  'network.captive-portal-service.enabled',
  'network.connectivity-service.enabled',
  'app.update.enabled',
];

/**
 * Opens the site in a headless Firefox that needs no driver: the page itself tells what became of it, and a picture is taken when it has.
 *
 * @param site origin that serves the built site
 * @param folder for the profile and the picture, `firefox.png`
 * @throws Error when the page has not settled after so many seconds
 */
export const openInFirefox = async (firefox: string, site: string, folder: string, seconds: number): Promise<Seen> => {
  let report: (seen: Seen) => void = () => undefined;
  const reported = new Promise<Seen>((resolve) => (report = resolve));
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const answer = async (): Promise<void> => {
      if (path === '/report') {
        let body = '';
        for await (const piece of request) body += String(piece);
        report(JSON.parse(body) as Seen);
        response.end();
      } else if (path === '/held.png') {
        await reported;
        response.writeHead(200, { 'content-type': 'image/png' }).end(pixel);
      } else if (path === '/watcher.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(watcher);
      else {
        const found = await fetch(site + path);
        const headers = Object.fromEntries(
          [...found.headers].filter(([name]) => !/^(content-encoding|content-length|transfer-encoding|connection|keep-alive)$/.test(name)),
        );
        response.writeHead(found.status, headers);
        if (path !== '/') response.end(Buffer.from(await found.arrayBuffer()));
        else
          response.end(
            (await found.text()).replace('</body>', '<script src="/watcher.js"></script><img src="/held.png" alt="" hidden /></body>'),
          );
      }
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const profile = join(folder, 'profile');
  await mkdir(profile, { recursive: true });
  await writeFile(join(profile, 'user.js'), preferences.map((name) => `user_pref("${name}", false);\n`).join(''));
  const address = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const child = spawn(
    firefox,
    ['--headless', '--no-remote', '--profile', profile, '--window-size', '1440,900', '--screenshot', join(folder, 'firefox.png'), address],
    { stdio: 'ignore', env: { ...process.env, HOME: folder } },
  );
  const ended = new Promise<'ended'>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      resolve('ended');
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000, 'late');
  });
  try {
    const first = await Promise.race([reported, ended, late]);
    if (typeof first === 'string')
      throw new Error(first === 'ended' ? 'Firefox ended before the page had settled' : `the page had not settled after ${seconds} s`);
    await Promise.race([ended, late]);
    return first;
  } finally {
    clearTimeout(timer);
    child.kill();
    server.closeAllConnections();
    server.close();
  }
};
