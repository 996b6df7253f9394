import { chromium } from '@playwright/test';
import { browserArguments, findBrowser } from '../../src/cli/browser';
import { cell, computed, expect, test } from './site';

test('without WebGPU the sheet is computed by the reference, and says so', async ({ site }) => {
  const args = browserArguments().filter((word) => !/webgpu/i.test(word));
  const blind = await chromium.launch({ executablePath: findBrowser(), args: [...args, '--disable-gpu'] });
  try {
    const page = await blind.newPage();
    await page.goto(site);
    await expect(page.getByText('computed on the processor, in double precision').first()).toBeVisible({ timeout: 20_000 });
    // A first curve of the default sheet, without any GPU.
    await expect(cell(page, 'figure').locator('[aria-label="line"] path')).toBeVisible(computed);
  } finally {
    await blind.close();
  }
});
