import { cell, expect, openSheet, select, smallSheet, test } from './site';

test('the search finds names, formulas and kinds, and goes from one to the next', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'a');
  await page.keyboard.press('Control+F');
  const field = page.getByRole('textbox', { name: 'find' });
  await expect(field).toBeFocused();
  await page.keyboard.type('b');
  await expect(page.getByRole('search')).toContainText('1 of 2');
  await expect(cell(page, 'b')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'c')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Shift+Enter');
  await expect(cell(page, 'b')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('slider max');
  await expect(page.getByRole('search')).toContainText('1 of 1');
  await page.keyboard.press('Escape');
  await expect(cell(page, 'a')).toBeFocused();
});

test('the outline lists the cells with their state; the list of keys is the table of keys', async ({ page, site }) => {
  await openSheet(page, site, `${smallSheet}d @D1 = nothing\n`);
  await expect(page.locator('[data-settled="true"]')).toHaveText('1 cell in error');
  await select(page, 'c');
  await page.keyboard.press('Control+B');
  const outline = page.getByRole('navigation', { name: 'outline' });
  await expect(outline.getByRole('listitem')).toHaveText([/a.*A1.*done/, /b.*B1.*done/, /c.*C1.*done/, /d.*D1.*error/]);
  await expect(outline.getByRole('button', { name: 'c C1 done' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'd')).toBeFocused();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help.getByRole('heading')).toHaveText([
    'Keys',
    'Move about',
    'Select',
    'Write',
    'Copy and move',
    'Columns and rows',
    'Look',
    'Sheet',
  ]);
  await expect(help).toContainText('Fill down');
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await expect(cell(page, 'd')).toBeFocused();
});

test('paused, nothing is computed and cells say that they are stale; going on catches up', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await page.keyboard.press('F9');
  await select(page, 'a');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'a').locator('.value')).toHaveText('4');
  await expect(cell(page, 'c')).toContainText('stale');
  await expect(cell(page, 'c')).toContainText('7');
  await expect(page.locator('[data-settled="true"]')).toHaveText('paused: 3 cells are from before the last changes');
  await page.getByRole('button', { name: 'Pause computing' }).click();
  await expect(cell(page, 'c')).toContainText('13');
  await expect(cell(page, 'c')).not.toContainText('stale');
});

test('the grid is drawn larger and smaller, and stays so', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'a');
  const width = async (): Promise<number> => (await cell(page, 'a').boundingBox())?.width ?? 0;
  const before = await width();
  await page.keyboard.press('Control+-');
  await page.keyboard.press('Control+-');
  await expect(page.getByRole('button', { name: 'Zoom: 80 %' })).toBeVisible();
  expect(await width()).toBeLessThan(before);
  await page.waitForTimeout(500);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Zoom: 80 %' })).toBeVisible();
  await page.getByRole('button', { name: 'Zoom: 80 %' }).click();
  expect(await width()).toBe(before);
});

test('every cell comes on paper, also those far out of sight', async ({ page, site }) => {
  const far = Array.from({ length: 40 }, (_, i) => `far_${i} @A${4 * i + 1} = ${i}`).join('\n');
  await openSheet(page, site, `${far}\n`);
  await expect(cell(page, 'far_39')).toHaveCount(0);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(page.locator('[data-key]')).toHaveCount(40);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(cell(page, 'far_39')).toHaveCount(0);
});

test('a map over two axes says the number under the pointer and where it stands', async ({ page, site }) => {
  await openSheet(
    page,
    site,
    'alpha @A1 = each(0, 1)\nnu @B1 = range(0.1, 0.9, count: 3)\nt @C1 = linear_theory(alignment: alpha, nu: nu, chi: 8)\n',
  );
  const map = cell(page, 't').getByRole('img', { name: /over alpha and nu/ });
  const box = await map.boundingBox();
  if (!box) throw new Error('the map has no box');
  // An unrelated source leaves the loss at 1 − ν.
  await map.hover({ position: { x: box.width / 2, y: box.height / 4 } });
  await expect(cell(page, 't')).toContainText('alpha = 0, nu = 0.5: 0.5');
  await map.hover({ position: { x: box.width - 2, y: box.height / 4 } });
  await expect(cell(page, 't')).toContainText('alpha = 0, nu = 0.9: 0.1');
});
