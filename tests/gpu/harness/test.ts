import { test as base } from '@playwright/test';
import { startBrowser } from './browser';
import { startNode } from './node';
import type { Place } from './place';

interface Fixtures {
  /** Runs suite `name` of `tests/gpu/suites/<file>.ts` where there is WebGPU and gives back its figures. */
  suite: <T>(file: string, name: string, given?: unknown) => Promise<T>;
}

export interface Options {
  /** Whether the browser can take pictures from WebGPU canvases on a software adapter: `test.use({ composited: true })`. */
  readonly composited: boolean;
  /** Node is for machines with a GPU and no browser: `node.config.ts`. */
  readonly runIn: 'browser' | 'node';
}

export const test = base.extend<Fixtures, Options & { readonly place: Place }>({
  composited: [false, { scope: 'worker', option: true }],
  runIn: ['browser', { scope: 'worker', option: true }],
  place: [
    async ({ composited, runIn }, use) => {
      const place = await (runIn === 'node' ? startNode() : startBrowser(composited));
      await use(place);
      await place.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  suite: async ({ place }, use) => {
    const { run, close } = await place.open();
    await use(<T>(file: string, name: string, given: unknown = null) => run(file, name, given) as Promise<T>);
    await close();
  },
});

export { expect } from '@playwright/test';
