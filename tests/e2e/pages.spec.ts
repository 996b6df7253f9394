import { gallerySheets } from '../support/gallery';
import { encodeShare } from '../../src/lib/sheet/share';
import { rulesFor, violationsOf } from './axe';
import { cell, expect, openSheet, settled, smallSheet, test } from './site';

const sheetWithFigure = `${smallSheet}x @A2 = range(1, 3, count: 3)
fig @B2:D4 = plot(x * a, x: x, title: "Lines")
`;

for (const colorScheme of ['light', 'dark'] as const)
  test(`pages, dialogs and frames hide nothing from assistive technology in ${colorScheme}`, async ({ page, site }) => {
    await page.emulateMedia({ colorScheme });
    const rules = rulesFor(colorScheme);
    // Colours do not depend on the width: the narrow pages are looked at in one of the two.
    for (const width of colorScheme === 'light' ? [1440, 360] : [1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const [path, heading] of [
        ['/gallery', 'Gallery'],
        ['/docs', 'Language'],
        ['/docs/kinds', 'Kinds of cells'],
        ['/docs/theories', 'Theories'],
        ['/docs/numerics', 'Numerical limits'],
      ] as const) {
        await page.goto(`${site}${path}`);
        await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
        if (path.startsWith('/docs/')) await expect(page.locator('.katex').first()).toBeVisible();
        expect(await violationsOf(page, rules), `${path} at ${width}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width);
      }
      await page.goto(`${site}/embed#${encodeShare(sheetWithFigure)}`);
      await expect(cell(page, 'fig').locator('[aria-label="line"] path')).toBeVisible();
      expect(await violationsOf(page, rules), `the frame at ${width}`).toEqual([]);
      await openSheet(page, site, sheetWithFigure);
      await settled(page);
      for (const dialog of ['Share', 'Export']) {
        await page.getByRole('button', { name: dialog, exact: true }).click();
        await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
        expect(await violationsOf(page, rules), `${dialog} at ${width}`).toEqual([]);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
    }
  });

test('every sheet of the gallery opens as a copy, by a link that holds it', async ({ page, site }) => {
  await page.goto(`${site}/gallery`);
  const links = page.getByRole('heading', { level: 3 }).getByRole('link');
  const sheets = await gallerySheets();
  await expect(links).toHaveCount(sheets.length);
  const addresses = await links.evaluateAll((found) => found.map((link) => (link as HTMLAnchorElement).hash));
  expect(addresses.toSorted()).toEqual(sheets.map(({ text }) => `#${encodeShare(text)}`).toSorted());
  const title = await links.first().innerText();
  await links.first().click();
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page).toHaveTitle(`${title} · Kernelsheet`);
  // Back, and to another: the sheet before it is undone to, and every cell is told of again.
  await page.getByRole('link', { name: 'Gallery' }).click();
  const other = await links.nth(1).innerText();
  await links.nth(1).click();
  await expect(page).toHaveTitle(`${other} · Kernelsheet`);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveTitle(`${title} · Kernelsheet`);
});

test('the way from the sheet to a page and back shows the same numbers', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await page.getByRole('link', { name: 'Docs' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Language' })).toBeVisible();
  await page.getByRole('navigation', { name: 'pages' }).getByRole('link', { name: 'Sheet' }).click();
  await expect(cell(page, 'c')).toContainText('7');
  await settled(page);
});

test('the inspector leads to what is written of a kind', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await cell(page, 'a').locator('header').click();
  await page.getByRole('complementary', { name: 'inspector' }).getByRole('link', { name: 'slider' }).click();
  await expect(page.getByRole('heading', { name: 'slider', exact: true })).toBeInViewport();
  await expect(page.locator('#slider')).toContainText('smallest change');
});
