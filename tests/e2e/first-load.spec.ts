import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cell, expect, test } from './site';

/** Bytes a page may ask for until it shows its sheet, as they go over the line. */
const BOUND = 400_000;

interface Answer {
  readonly path: string;
  readonly encoding: string;
  bytes: number;
  whole: boolean;
}

/** Passes every request on and counts what comes back: heads and bodies, as the server sends them. */
const counting = async (site: string): Promise<{ origin: string; answers: readonly Answer[]; server: Server }> => {
  const answers: Answer[] = [];
  const server = createServer((incoming, outgoing) => {
    const passed = request(`${site}${incoming.url ?? '/'}`, { method: incoming.method, headers: incoming.headers }, (came) => {
      const encoding = came.headers['content-encoding'] ?? 'plain';
      const answer: Answer = { path: incoming.url ?? '/', encoding, bytes: came.rawHeaders.join(': \r\n').length, whole: false };
      answers.push(answer);
      outgoing.writeHead(came.statusCode ?? 500, came.headers);
      came.on('data', (piece: Buffer) => {
        answer.bytes += piece.length;
      });
      came.on('end', () => {
        answer.whole = true;
      });
      came.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, answers, server };
};

test('the first visit asks for less than 400 kB until the sheet shows, all of it compressed', async ({ page, site }) => {
  const { origin, answers, server } = await counting(site);
  // From within the page, so that nothing comes between what is seen and what is counted.
  await page.exposeFunction('shown', () => asked.push(answers.length));
  const asked: number[] = [];
  await page.addInitScript(() => {
    const look = new MutationObserver(() => {
      if (!document.querySelector('[data-key="figure"]')) return;
      look.disconnect();
      void (window as unknown as { shown: () => Promise<void> }).shown();
    });
    look.observe(document, { childList: true, subtree: true });
  });
  await page.goto(origin);
  await expect(cell(page, 'figure')).toBeVisible();
  await expect.poll(() => asked.length).toBe(1);
  // All that was asked for until then, also where it was still on its way.
  const counted = answers.slice(0, asked[0]);
  await expect.poll(() => counted.every(({ whole }) => whole)).toBe(true);
  const transferred = counted.reduce((sum, { bytes }) => sum + bytes, 0);
  process.stdout.write(`    until the sheet shows: ${Math.round(transferred / 1000)} kB in ${counted.length} answers\n`);
  expect(counted.map(({ path }) => path).filter((path) => path.includes('sheet.worker'))).toHaveLength(1);
  expect(transferred).toBeLessThan(BOUND);
  const texts = answers.filter(({ path }) => path === '/' || /\.(js|css)$/.test(path));
  expect(texts.filter(({ encoding }) => encoding !== 'br')).toEqual([]);
  // Nobody's first sheet waits for the documentation or the gallery.
  expect(answers.map(({ path }) => path).filter((path) => /docs|gallery|mnist/.test(path))).toEqual([]);
  // What the page still fetches in idle moments is not this test's.
  await page.goto('about:blank');
  server.closeAllConnections();
  server.close();
});

test('how soon the page answers, for the record', async ({ page, site }) => {
  // From within the page: the first key that moves the selection, pressed at every frame from the first on.
  await page.addInitScript(() => {
    const press = (): void => {
      const grid = document.querySelector('[role="grid"]');
      const at = (): string | null | undefined => document.querySelector('[role="grid"] [aria-selected="true"]')?.getAttribute('id');
      const before = at();
      if (grid && before) {
        (document.getElementById(before) ?? grid).dispatchEvent(
          new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }),
        );
        requestAnimationFrame(() => {
          if (at() !== before) document.documentElement.dataset.answered = String(performance.now());
          else press();
        });
      } else requestAnimationFrame(press);
    };
    press();
  });
  await page.goto(site);
  await expect(page.locator('html')).toHaveAttribute('data-answered', /\d/);
  const answered = Number(await page.locator('html').getAttribute('data-answered'));
  process.stdout.write(`    from navigation until a key moves the selection: ${Math.round(answered)} ms\n`);
});
