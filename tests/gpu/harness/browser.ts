import type { Page } from '@playwright/test';
import { createServer } from 'vite';
import { launchBrowser } from '../../support/gpu-browser';
import type { Place } from './place';
import config from './vite.config';

interface Opened {
  readonly page: Page;
  readonly said: string[];
}

/** The suites in headless Chromium, on one page as long as all goes well there: its devices keep their compiled shaders. */
export async function startBrowser(composited: boolean): Promise<Place> {
  const server = await createServer({ ...config, configFile: false });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('the server of the suites has no address');
  const browser = await launchBrowser(composited);
  const openPage = async (): Promise<Opened> => {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(address);
    await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 60_000 }).catch((cause: unknown) => {
      throw new Error(`the page of the suites did not start: ${said.join('; ')}`, { cause });
    });
    return { page, said };
  };
  let opened: Opened | undefined;
  return {
    open: async () => {
      const { page, said } = (opened ??= await openPage());
      let well = true;
      return {
        run: async (file, name, given) => {
          well = false;
          const result = await call(page, file, name, given);
          well = true;
          return result;
        },
        close: async () => {
          if (well && said.length === 0) return;
          opened = undefined;
          await page.close();
          if (said.length > 0) throw new Error(`the page complained: ${said.join('; ')}`);
        },
      };
    },
    close: async () => {
      await browser.close();
      await server.close();
      if (opened && opened.said.length > 0) throw new Error(`the page complained at the end: ${opened.said.join('; ')}`);
    },
  };
}

const call = (page: Page, file: string, name: string, given: unknown): Promise<unknown> =>
  page.evaluate(
    ([suiteFile, suiteName, data]) => {
      if (!window.runSuite) throw new Error('the page of the suites is not ready');
      return window.runSuite(suiteFile, suiteName, data);
    },
    [file, name, given] as const,
  );
