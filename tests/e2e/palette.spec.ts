import { encodeShare } from '../../src/lib/sheet/share';
import { cell, computed, expect, test } from './site';

test('the digits sheet is built from an empty page by fewer than forty keystrokes', async ({ page, site }) => {
  await page.goto(`${site}/#${encodeShare('# Nothing yet\n')}`);
  await expect(page.getByRole('grid')).toBeVisible();
  // The engine has started.
  await expect(page.locator('.engine')).toHaveText(/^\s*(CPU|WebGPU)\s*$/);
  await page.getByRole('grid').press('Control+Home');
  let strokes = 0;
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      await page.keyboard.press(key);
      strokes += 1;
    }
  };
  /** Opens the palette, types, takes the first line. */
  const choose = async (typed: string, name: string): Promise<void> => {
    await press('/');
    await expect(page.getByRole('combobox', { name: 'new cell' })).toBeFocused();
    await press(...typed.split(''), 'Enter');
    await expect(cell(page, name)).toBeVisible();
    await expect(cell(page, name)).toBeFocused();
  };
  await choose('ran', 'delta');
  await choose('dig', 'source');
  await choose('', 'pre');
  await choose('', 'link');
  await choose('dig', 'target');
  await choose('', 'post');
  await choose('', 'err');
  await choose('', 'figure');
  expect(strokes).toBeLessThan(40);
  process.stdout.write(`    keystrokes: ${strokes}\n`);
  await expect(cell(page, 'figure').locator('[aria-label="line"] path')).toBeVisible(computed);
  // Undone one by one, the page is as empty as before.
  for (let i = 0; i < 8; i++) await page.keyboard.press('Control+z');
  await expect(page.locator('[data-key]')).toHaveCount(0);
});
