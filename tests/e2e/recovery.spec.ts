import type { Page, Worker } from '@playwright/test';
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
  test.info().annotations.push({ type: 'recovered', description: `${Date.now() - began} ms` });
  expect(await shown(page)).toEqual(numbers);
};

test('a worker that is dead is replaced, and the sheet has the same numbers again', async ({ page, site }) => {
  await useEngine(page, 'cpu');
  await openSheet(page, site, sheet);
  await settled(page);
  const first = sheetWorker(page);
  await recovers(page, () => first.evaluate(() => self.close()));
  expect(sheetWorker(page)).not.toBe(first);
  await expect(page.getByRole('button', { name: 'Understood' })).toHaveCount(0);
});

test('an adapter that is never named gives way to the processor, with a notice', async ({ page, site }) => {
  await before(page, 'GPU.prototype.requestAdapter = () => new Promise(() => undefined);');
  await openSheet(page, site, sheet);
  await expect(page.getByText(/the GPU did not answer within 2 s\. The sheet is computed on the processor/)).toBeVisible();
  await settled(page);
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
