import { test as base, type Browser, type Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { launchBrowser } from '../../support/gpu-browser';
import config from './vite.config';

interface Harness {
  readonly browser: Browser;
  readonly server: ViteDevServer;
  readonly address: string;
}

interface Fixtures {
  /** Runs suite `name` of `tests/gpu/suites/<file>.ts` in a page with WebGPU and gives back its figures. */
  suite: <T>(file: string, name: string, given?: unknown) => Promise<T>;
}

interface WorkerFixtures {
  /** Whether the browser can take pictures from WebGPU canvases on a software adapter: `test.use({ composited: true })`. */
  readonly composited: boolean;
  readonly harness: Harness;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  composited: [false, { scope: 'worker', option: true }],
  harness: [
    async ({ composited }, use) => {
      const server = await createServer({ ...config, configFile: false });
      await server.listen();
      const address = server.resolvedUrls?.local[0];
      if (!address) throw new Error(`no address for ${fileURLToPath(import.meta.url)}`);
      const browser = await launchBrowser(composited);
      await use({ browser, server, address });
      await browser.close();
      await server.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  suite: async ({ harness }, use) => {
    const page = await harness.browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(harness.address);
    await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 60_000 }).catch((cause: unknown) => {
      throw new Error(`the page of the suites did not start: ${said.join('; ')}`, { cause });
    });
    await use(<T>(file: string, name: string, given: unknown = null) => call(page, file, name, given) as Promise<T>);
    await page.close();
    if (said.length > 0) throw new Error(`the page complained: ${said.join('; ')}`);
  },
});

const call = (page: Page, file: string, name: string, given: unknown): Promise<unknown> =>
  page.evaluate(
    ([suiteFile, suiteName, data]) => {
      if (!window.runSuite) throw new Error('the page of the suites is not ready');
      return window.runSuite(suiteFile, suiteName, data);
    },
    [file, name, given] as const,
  );

export { expect } from '@playwright/test';
