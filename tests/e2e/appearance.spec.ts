import { cell, expect, openSheet, select, smallSheet, test } from './site';

test('the theme goes round auto, light, dark, and a reload keeps it', async ({ page, site }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await openSheet(page, site, smallSheet);
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();
  expect(await background()).toBe(dark);
});

test('at 360 pixels wide the page does not scroll sideways, the grid does, and the inspector comes from below', async ({ page, site }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openSheet(page, site, smallSheet);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await select(page, 'a');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'c')).toBeInViewport({ ratio: 0.9 });
  for (const name of ['Undo', 'Outline', 'Find', 'Share']) await expect(page.getByRole('button', { name, exact: true })).toBeInViewport();
  await page.getByRole('button', { name: 'Inspector' }).click();
  const box = await page.getByRole('complementary', { name: 'inspector' }).boundingBox();
  expect(box?.width).toBe(360);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(741);
});

test('a selected cell shows what it refers to and what refers to it', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await expect(cell(page, 'a')).toHaveClass(/precedent/);
  await expect(cell(page, 'c')).toHaveClass(/dependent/);
});
