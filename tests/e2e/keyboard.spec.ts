import { cell, expect, openSheet, select, smallSheet, test } from './site';

const spanning = `${smallSheet}note @A2:C3 = "A **wide** note"
d @D2 = 1
`;

test('arrows walk the squares and step over a cell that spans several', async ({ page, site }) => {
  await openSheet(page, site, spanning);
  await select(page, 'a');
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'b')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, 'A2')).toBeFocused();
  await expect(cell(page, 'A2').locator('strong')).toHaveText('wide');
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'd')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-square="2 3"]')).toBeFocused();
  await page.keyboard.press('Control+Home');
  await expect(cell(page, 'a')).toBeFocused();
});

test('Tab goes from cell to cell and leaves the grid after the last', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'a');
  await page.keyboard.press('Tab');
  await expect(cell(page, 'b')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(cell(page, 'c')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(cell(page, 'b')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('[role="grid"]') === null)).toBe(true);
});

test('the space bar reaches the slider; one key is one step of undo', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await select(page, 'a');
  await page.keyboard.press('Space');
  await expect(page.getByRole('slider', { name: 'a', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'c')).toContainText('10');
  await page.keyboard.press('Escape');
  await expect(cell(page, 'a')).toBeFocused();
  await page.keyboard.press('Control+Z');
  await expect(cell(page, 'c')).toContainText('7');
});

test('the selected cell is the only stop of the keyboard in the grid, and squares have their roles', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await expect(page.locator('[role="gridcell"][tabindex="0"]')).toHaveCount(1);
  await expect(cell(page, 'b')).toHaveAttribute('aria-selected', 'true');
  await expect(cell(page, 'b')).toHaveAttribute('aria-label', /B1 b value/);
  await expect(page.getByRole('columnheader', { name: 'B', exact: true })).toBeVisible();
});
