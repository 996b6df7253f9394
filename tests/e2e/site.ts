import { expect, test as base, type Browser, type Locator, type Page } from '@playwright/test';
import { join } from 'node:path';
import { buildIfStale, root } from '../../scripts/fresh.js';
import { serveSite } from '../../src/cli/server';
import { encodeShare } from '../../src/lib/sheet/share';
import { launchBrowser } from '../support/gpu-browser';

/**
 * How many times slower pages are than this machine makes them, to find what only goes well on a fast one:
 * `KERNELSHEET_SLOW=4 npx playwright test --project=e2e`. Every answer of the server is late by a tenth of a second for each.
 */
const slowness = Number(process.env.KERNELSHEET_SLOW ?? 1);
const slowDown = async (page: Page): Promise<void> => {
  if (slowness <= 1) return;
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Emulation.setCPUThrottlingRate', { rate: slowness });
  await protocol.send('Network.enable');
  await protocol.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 100 * slowness,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
};

/** A machine that would take minutes asks before it does: it is told to go on, whatever the test waits for meanwhile. */
export const goOnWhenAsked = (page: Page): Promise<void> =>
  page.addLocatorHandler(page.getByRole('button', { name: 'Go on', exact: true }).first(), (button) => button.click(), {
    noWaitAfter: true,
  });

/** The engine that a page computes with, as if it had been chosen there before; `auto` where a test says nothing. */
export const useEngine = async (page: Page, engine: 'webgpu' | 'cpu' | 'reference'): Promise<void> => {
  await page.addInitScript((name) => {
    localStorage.setItem('engine', name);
  }, engine);
};

/** Tests of the built site in a browser with WebGPU. An error on the console or an uncaught one fails the test. */
export const test = base.extend<{ page: Page }, { browser: Browser; site: string }>({
  browser: [
    async ({ playwright: _playwright }, use) => {
      const browser = await launchBrowser();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ playwright: _playwright }, use) => {
      buildIfStale('site');
      const serving = await serveSite(join(root, 'build'), 0);
      await use(serving.origin);
      await serving.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ browser }, use) => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    await slowDown(page);
    await goOnWhenAsked(page);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    await use(page);
    await context.close();
    expect(errors).toEqual([]);
  },
});

export { expect } from '@playwright/test';

/** The wait for what is computed: how long that takes says something of the machine and nothing of the product. */
export const computed = { timeout: 300_000 };

/** Waits until nothing is left to compute, and the page says how that ended. */
export const settled = (page: Page, said = 'all cells computed'): Promise<void> =>
  expect(page.locator('[data-settled="true"]')).toHaveText(said, computed);

/** A sheet that takes no time. */
export const smallSheet = `# A small sheet
# To be edited by tests.
a @A1 = slider(2, min: 1, max: 10, step: 1)
b @B1 = a * 3
c @C1 = b + 1
`;

/** Opens the site with this sheet, as someone who follows a link, and waits until it is shown. */
export const openSheet = async (page: Page, site: string, text: string): Promise<void> => {
  await page.goto(`${site}/#${encodeShare(text)}`);
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page.locator('[data-key]').first()).toBeVisible();
};

/** The frame of a cell by its key. */
export const cell = (page: Page, key: string): Locator => page.locator(`[data-key="${key}"]`);

/** Selects a cell by a click on its name. */
export const select = async (page: Page, key: string): Promise<void> => {
  await cell(page, key).locator('header').click();
  await expect(cell(page, key)).toBeFocused();
};

/** The text of the sheet, as the link holds it: what `Share` copies, decoded by the page that opens it is tested elsewhere. */
export const sharedLink = async (page: Page): Promise<string> => {
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'link' }).inputValue();
  await page.keyboard.press('Escape');
  return link;
};

/** Waits until the clipboard holds this text: it is written after the key or the click that asks for it. */
export const expectClipboard = (page: Page, text: string): Promise<void> =>
  expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text);

/** Waits until the browser keeps a sheet whose text has this part: it is written after the edit, off the page's way. */
export const expectKept = (page: Page, part: string): Promise<void> =>
  expect
    .poll(() =>
      page.evaluate(async () => {
        const done = <T>(request: IDBRequest<T>): Promise<T> =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(new Error('the store cannot be read', { cause: request.error }));
          });
        const database = await done(indexedDB.open('kernelsheet'));
        const stored = database.transaction('sheets').objectStore('sheets').getAll() as IDBRequest<{ readonly history: string }[]>;
        const sheets = await done(stored);
        database.close();
        return sheets.map(({ history }) => history).join('\n');
      }),
    )
    .toContain(part);
