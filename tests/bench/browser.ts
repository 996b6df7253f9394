import { createServer } from 'vite';
import { launchBrowser } from '../support/gpu-browser';
import { readOptions, usage } from './options';
import { keep } from './results';
import { tableOf } from './table';
import { installedVersion, ourVersion } from './versions';
import config from './vite.config';

/** Opens the page of the bench in a headless browser with WebGPU, runs it there, prints the table and keeps the result. */
export async function benchInBrowser(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options.help) {
    console.log(usage);
    return;
  }
  const server = await createServer({ ...config, configFile: false });
  await server.listen();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') console.error(message.text());
    });
    page.on('pageerror', (error) => {
      console.error(error.message);
    });
    await page.exposeFunction('tellBench', (what: string) => {
      console.error(what);
    });
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 60_000 });
    const report = await page.evaluate(([families, repetitions]) => window.runBench?.(families, repetitions), [
      options.families,
      options.repetitions,
    ] as const);
    if (!report) throw new Error('the page of the bench did not start');
    const versions = {
      kernelsheet: ourVersion(),
      'jax-js': installedVersion('@jax-js/jax'),
      tfjs: installedVersion('@tensorflow/tfjs-core'),
      chromium: browser.version(),
    };
    console.log(tableOf(report, versions, options.peak));
    if (options.families.length === 0) console.log(`\nkept as ${await keep(report, versions)}`);
  } finally {
    await browser.close();
    await server.close();
  }
}
