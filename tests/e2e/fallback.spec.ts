import { chromium, type Page } from '@playwright/test';
import { browserArguments, findBrowser } from '../../src/cli/browser';
import { unseen } from '../support/gpu-browser';
import { cell, computed, expect, openSheet, settled, smallSheet, test, useEngine } from './site';

/** Data, particles, a coupling, a curve and a check, as in the default sheet, in small: that one is computed in `default-sheet` and `firefox`. */
const sheet = `# In small
delta = range(0.1, 10, count: 3, scale: "log")
source = linear_task(dim: 6, train: 12, test: 40, seed: 1)
target = linear_task(like: source, alignment: 0.8, train: 6, test: 40, seed: 2)
pre = source_kernel(source, theory: "bayes", activation: "erf", gamma: 1, temperature: 0.05, particles: 64)
err = error(target_kernel(coupling(pre, delta: delta), target))
figure @E1:G4 = plot(err.test, x: delta)
verdict @E5 = check(min(err.test) > 0)
`;

/** A page of a browser that offers no WebGPU. */
const blindly = async (work: (page: Page) => Promise<void>): Promise<void> => {
  const args = browserArguments().filter((word) => !/webgpu/i.test(word));
  const blind = await chromium.launch({ executablePath: findBrowser(), args: [...args, unseen, '--disable-gpu'] });
  try {
    await work(await blind.newPage());
  } finally {
    await blind.close();
  }
};

test('without WebGPU the sheet is computed on the processor, without a notice, and the engine menu says why', ({ site }) =>
  blindly(async (page) => {
    await openSheet(page, site, sheet);
    await expect(page.getByRole('button', { name: /^Engine: CPU, \d+ threads?$/ })).toHaveText('CPU');
    await expect(cell(page, 'figure').locator('[aria-label="line"] path')).toBeVisible(computed);
    await settled(page);
    await expect(cell(page, 'verdict')).toContainText('passes');
    await expect(page.getByRole('button', { name: 'Understood' })).toHaveCount(0);
    await page.getByRole('button', { name: /^Engine: / }).click();
    await expect(page.locator('.panel')).toContainText(/WebGPU: (this browser does not offer it|.*no adapter)/);
  }));

test('WebGPU that was chosen and is not there gives way to the processor, with a notice', ({ site }) =>
  blindly(async (page) => {
    await useEngine(page, 'webgpu');
    await openSheet(page, site, smallSheet);
    await expect(page.getByText('The sheet is computed on the processor instead.')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Engine: CPU/ })).toHaveText('CPU');
    await settled(page);
    await page.getByRole('button', { name: 'Understood' }).click();
    await expect(page.getByText('The sheet is computed on the processor instead.')).toHaveCount(0);
  }));
