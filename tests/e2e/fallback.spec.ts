import { chromium, type Page } from '@playwright/test';
import { browserArguments, findBrowser } from '../../src/cli/browser';
import { cell, computed, expect, settled, test, useEngine } from './site';

/** A page of a browser that offers no WebGPU. */
const blindly = async (work: (page: Page) => Promise<void>): Promise<void> => {
  const args = browserArguments().filter((word) => !/webgpu/i.test(word));
  const blind = await chromium.launch({ executablePath: findBrowser(), args: [...args, '--disable-gpu'] });
  try {
    await work(await blind.newPage());
  } finally {
    await blind.close();
  }
};

test('without WebGPU the sheet is computed on the processor, without a notice, and the engine menu says why', ({ site }) =>
  blindly(async (page) => {
    await page.goto(site);
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
    await page.goto(site);
    await expect(page.getByText('The sheet is computed on the processor instead.')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Engine: CPU/ })).toHaveText('CPU');
    await settled(page);
    await page.getByRole('button', { name: 'Understood' }).click();
    await expect(page.getByText('The sheet is computed on the processor instead.')).toHaveCount(0);
  }));
