import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { Problem } from '$lib/base/problem';
import { blobFile } from '$lib/data/byte-file';
import type { Ask, CellReport, Question } from '$lib/worker/protocol';
import { browserArguments, findBrowser } from './browser';
import { openDisk } from './disk-file';
import { NoAdapter, type Evaluator } from './evaluator';
import type { RunPage } from './page';
import { serveSite } from './server';

const launch = async (): Promise<Browser> => {
  try {
    return await chromium.launch({ executablePath: findBrowser(), args: browserArguments() });
  } catch (error) {
    const message = error instanceof Problem ? error.message : `the browser did not start (${String(error).split('\n')[0] ?? ''})`;
    throw new NoAdapter(`no GPU adapter: ${message}; --backend cpu needs no browser`);
  }
};

/** In the page. Its own function, so that nothing of this module is looked for there. */
const pageThere = (): RunPage => {
  if (!window.kernelsheet) throw new Error('the page has not started');
  return window.kernelsheet;
};

/** Bytes of a large file that are handed to the page at once. */
const PIECE = 2 ** 22;

/** Seconds within which the page must be there, and within which it must have found its adapter. */
const patience = 60;

/**
 * Evaluates in a headless browser, on WebGPU: the site is served on localhost, and its page `/run` is driven. Requests to other
 * machines are those that the sheet itself names.
 *
 * @param root folder of the product, the site built
 * @throws NoAdapter when there is no browser with WebGPU, or no adapter in it.
 */
export const browserEvaluator = async (root: string): Promise<Evaluator> => {
  const browser = await launch();
  const serving = await serveSite(join(root, 'build'), 0);
  const close = async (): Promise<void> => {
    await browser.close();
    await serving.close();
  };
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(patience * 1000);
    let listener: (reports: readonly CellReport[]) => void = () => undefined;
    await page.exposeFunction('kernelsheetReports', (reports: readonly CellReport[]) => {
      listener(reports);
    });
    await page.goto(`${serving.origin}/run`);
    // Asked for in intervals from here: the policy of the page forbids the script that Playwright would leave there to wait.
    const given = performance.now() + patience * 1000;
    while (!(await page.evaluate(() => window.kernelsheet !== undefined))) {
      if (performance.now() > given) throw new NoAdapter(`no GPU adapter: the page did not start within ${patience} s`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const there = await page.evaluateHandle(pageThere);
    const refusal = await there.evaluate((run) => run.open());
    if (refusal !== undefined) throw new NoAdapter(`no GPU adapter: ${refusal}; --backend cpu computes on the processor`);
    return {
      engine: () => there.evaluate((run) => run.engine()),
      listen: (wanted) => {
        listener = wanted;
        return Promise.resolve();
      },
      addFile: async (name, content) => {
        if (content instanceof Uint8Array || 'refused' in content) {
          await there.evaluate((run, file) => run.addFile(file.name, file.content), { name, content });
          return;
        }
        const file = content instanceof Blob ? blobFile(content, name) : openDisk(content, name);
        for (let at = 0; at < file.size; at += PIECE) {
          const end = Math.min(file.size, at + PIECE);
          const piece = { name, bytes: await file.read(at, end), last: end === file.size };
          await there.evaluate((run, { name: of, bytes, last }) => run.addPiece(of, bytes, last), piece);
        }
      },
      allow: (hosts) => there.evaluate((run, allowed) => run.allow(allowed), hosts),
      evaluate: (text) => there.evaluate((run, sheet) => run.evaluate(sheet), text),
      ask: ((question: Question, key: string, ...given: readonly unknown[]) =>
        there.evaluate((run, asked) => run.ask(asked.question, asked.key, ...asked.given), { question, key, given })) as Ask,
      stop: () => there.evaluate((run) => run.stop()),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
