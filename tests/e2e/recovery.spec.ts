import type { Page, Worker } from '@playwright/test';
import { launchBrowser } from '../support/gpu-browser';
import { cell, computed, expect, openSheet, settled, test, useEngine } from './site';

/** The worker of the sheet runs this first. */
const before = async (page: Page, script: string): Promise<void> => {
  await page.route(/sheet\.worker-[^/]*\.js$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${script}\n${await answer.text()}` });
  });
};

declare global {
  interface Window {
    unsettled: Promise<void>;
  }
}

const keepDevices = `
  const request = GPUAdapter.prototype.requestDevice;
  self.devices = [];
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await request.apply(this, given);
    self.devices.push(device);
    return device;
  };
`;

const sheet = `task = linear_task(dim: 20, train: 60, test: 30, seed: 1)
t @A1 = slider(0.1, min: 0.05, max: 1, step: 0.05)
pre = source_kernel(task, theory: "lazy", activation: "relu", temperature: t)
err @C1 = error(pre)
`;

/** The numbers of the cell; not how long they took. */
const shown = async (page: Page): Promise<string[]> =>
  (await cell(page, 'err').innerText()).split('\n').filter((line) => line !== '' && !/^.* m?s$/.test(line));

const sheetWorker = (page: Page): Worker => page.workers().find((worker) => worker.url().includes('sheet.worker'))!;

/** The page says for a moment that it computes, then that all is computed; it shows the same numbers as before. */
const recovers = async (page: Page, harm: () => Promise<unknown>): Promise<void> => {
  const numbers = await shown(page);
  // Seen as it happens: it may be over before anyone looks.
  await page.evaluate(() => {
    window.unsettled = new Promise((resolve) => {
      new MutationObserver(() => {
        if (document.querySelector('[data-settled="false"]')) resolve();
      }).observe(document.body, { attributes: true, childList: true, subtree: true });
    });
  });
  const began = Date.now();
  await harm();
  await page.evaluate(() => window.unsettled);
  await settled(page);
  tell(began);
  expect(await shown(page)).toEqual(numbers);
};

/** For the record: on a busy machine a time says little, so none is asserted. */
const tell = (began: number): void => {
  const said = `${((Date.now() - began) / 1000).toFixed(1)} s`;
  test.info().annotations.push({ type: 'recovered', description: said });
  process.stdout.write(`    ${test.info().title}: ${said}\n`);
};

/** The numbers of an undisturbed run on each engine. */
const undisturbed = new Map<string, readonly string[]>();

/** Opens the sheet and waits until this engine has computed it; a slow adapter is stood in for by the processor at first. */
const runs = async (page: Page, site: string, engine: 'CPU' | 'WebGPU'): Promise<void> => {
  // With another path than before, so that the page is loaded anew.
  await openSheet(page, `${site}/?${(loads += 1)}`, sheet);
  await expect(page.getByRole('button', { name: new RegExp(`^Engine: ${engine}`) })).toBeVisible(computed);
  await settled(page);
};
let loads = 0;

/** Runs the sheet undisturbed, where no test has yet, and then with a worker that is harmed as it computes: the numbers are the same. */
const survives = async (page: Page, site: string, engine: 'CPU' | 'WebGPU', script: string): Promise<void> => {
  if (!undisturbed.has(engine)) {
    await useEngine(page, engine === 'CPU' ? 'cpu' : 'webgpu');
    await runs(page, site, engine);
    undisturbed.set(engine, await shown(page));
  }
  await useEngine(page, 'webgpu');
  await before(page, script);
  const began = Date.now();
  await runs(page, site, engine);
  tell(began);
  expect(await shown(page)).toEqual(undisturbed.get(engine));
};

const processorSays = (page: Page): Promise<void> => expect(page.getByText(/The sheet is computed on the processor/).first()).toBeVisible();

test('an adapter that is never named gives way to the processor, with a notice and the same numbers', async ({ page, site }) => {
  await survives(page, site, 'CPU', 'GPU.prototype.requestAdapter = () => new Promise(() => undefined);');
  await expect(page.getByText(/the GPU did not answer within 2 s\. The sheet is computed on the processor/)).toBeVisible();
});

test('where there is no adapter the processor computes, with a notice and the same numbers', async ({ page, site }) => {
  await survives(page, site, 'CPU', 'GPU.prototype.requestAdapter = () => Promise.resolve(null);');
  await processorSays(page);
});

test('where the device is refused the processor computes, with a notice and the same numbers', async ({ page, site }) => {
  const refuse = `GPUAdapter.prototype.requestDevice = () => Promise.reject(new DOMException('refused', 'OperationError'));`;
  await survives(page, site, 'CPU', refuse);
  await processorSays(page);
});

/** The device goes away with what was handed to it; the next one is left alone. */
const destroyedAt = (submission: number): string => `${keepDevices}{
  const submit = GPUQueue.prototype.submit;
  let count = 0;
  GPUQueue.prototype.submit = function (...given) {
    submit.apply(this, given);
    if (++count === ${submission}) self.devices.find(({ queue }) => queue === this).destroy();
  };
}`;

for (const submission of [1, 4])
  test(`a device that is destroyed while it computes (submission ${submission}) is replaced, and the numbers are those of an undisturbed run`, async ({
    page,
    site,
  }) => {
    await survives(page, site, 'WebGPU', destroyedAt(submission));
    // It was not spared.
    expect(await sheetWorker(page).evaluate(() => (self as unknown as { devices: GPUDevice[] }).devices.length)).toBeGreaterThan(1);
  });

test('when the process of the GPU crashes another device takes over, and the sheet has the same numbers again', async ({ site }) => {
  // A browser of its own: others may not get a GPU again from one that has lost its process.
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await useEngine(page, 'webgpu');
    await before(page, keepDevices);
    await openSheet(page, site, sheet);
    await expect(page.getByRole('button', { name: /^Engine: WebGPU/ })).toBeVisible(computed);
    await settled(page);
    const protocol = await browser.newBrowserCDPSession();
    // The process is gone before it could answer.
    await recovers(page, () => Promise.race([protocol.send('Browser.crashGpuProcess').catch(() => undefined), page.waitForTimeout(1000)]));
  } finally {
    await browser.close();
  }
});

test('a device that is lost while nothing is computed is replaced, and the sheet has the same numbers again', async ({ page, site }) => {
  await useEngine(page, 'webgpu');
  await before(page, keepDevices);
  await openSheet(page, site, sheet);
  // A slow adapter is stood in for by the processor at first.
  await expect(page.getByRole('button', { name: /^Engine: WebGPU/ })).toBeVisible(computed);
  await settled(page);
  const lose = (): Promise<unknown> =>
    sheetWorker(page).evaluate(() => {
      const { devices } = self as unknown as { devices: GPUDevice[] };
      devices.at(-1)?.destroy();
    });
  await recovers(page, lose);
  await expect(page.getByRole('button', { name: /^Engine: WebGPU/ })).toBeVisible();
});

test('an address whose end is no text opens all the same', async ({ page, site }) => {
  for (const [path, fragment] of [
    ['/', '#1%'],
    ['/docs', '#1%'],
    ['/gallery', '#%E0%A4%A'],
    ['/embed', '#%'],
  ] as const) {
    await page.goto(`${site}${path}${fragment}`);
    if (path === '/' || path === '/embed') await expect(page.getByText(/link: /).first()).toBeVisible();
    else await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    // The same typed into the address of a page that is open; an uncaught error would fail the test.
    await page.evaluate(() => (location.hash = '#2%'));
    await expect.poll(() => page.evaluate(() => location.hash)).not.toBe('#2%');
  }
});
