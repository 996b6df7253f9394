import { rulesFor, violationsOf } from './axe';
import { cell, expect, openSheet, select, settled, test } from './site';

/** Inputs, data, theory, a figure, a check, a note and an error, and nothing that takes long. */
const sheet = `# Seen by everyone
# Every kind of view.
a @A1 = slider(2)
pick @B1 = choice("erf", ["erf", "relu"])
task @C1 = digits(positive: 0, negative: 1, train: 20, test: 100)
pre @D1 = source_kernel(task, theory: "lazy", activation: pick)
sizes @A3 = range(2, 16, count: 4)
curve @B3 = learning_curve(pre, sizes: sizes)
modes @C3 = spectrum(pre)
err @D3 = error(pre)
fig @A5:B6 = plot(curve.test, title: "Learning")
fits @C5 = check(err.test < 1)
wrong @D5 = a * nothing
note @C6 = "A **note** with $x^2$"
`;

for (const colorScheme of ['light', 'dark'] as const)
  // Colours do not depend on the width: the narrow page is tested in one colour scheme only.
  for (const width of colorScheme === 'light' ? [1440, 360] : [1440])
    test(`nothing is hidden from assistive technology in ${colorScheme}, ${width} pixels wide`, async ({ page, site }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await openSheet(page, site, sheet);
      await settled(page, '1 cell in error');
      await select(page, 'pre');
      const check = async (what: string): Promise<void> => {
        expect(await violationsOf(page, rulesFor(colorScheme)), what).toEqual([]);
      };
      await check('the sheet');
      await page.keyboard.press('Control+F');
      await page.keyboard.type('err');
      await page.keyboard.press('Control+B');
      await expect(page.getByRole('navigation', { name: 'outline' })).toBeVisible();
      await check('search and outline');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Close the search' }).click();
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
      await check('the list of keys');
      await page.keyboard.press('Escape');
      await select(page, 'pre');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+F10');
      await expect(page.getByRole('menu')).toBeVisible();
      await check('the menu over a selection');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Shift+F8');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Shift+F8');
      await page.keyboard.press('ArrowLeft');
      await expect(page.locator('[data-key][aria-selected="true"]')).toHaveCount(2);
      await check('cells selected one by one');
      await page.keyboard.press('Escape');
      await select(page, 'pre');
      await page.keyboard.press('Enter');
      await expect(cell(page, 'pre')).toBeVisible();
      await expect(page.getByRole('textbox', { name: 'formula of D1' })).toBeFocused();
      await check('a formula being written');
    });

for (const colorScheme of ['light', 'dark'] as const)
  test(`data without pictures are points of a plane, told in words and legible in ${colorScheme}`, async ({ page, site }) => {
    await page.emulateMedia({ colorScheme });
    await openSheet(
      page,
      site,
      `a @A1 = linear_task(dim: 6, train: 30, test: 5)
b @B1 = manifold_task(latent: 3, dim: 20, train: 40, test: 5)
`,
    );
    const taught = cell(page, 'a').getByRole('img', { name: /^30 examples of .*: label against the projection on the teacher$/ });
    await expect(taught.locator('circle')).toHaveCount(30);
    const free = cell(page, 'b').getByRole('img', { name: /^40 examples of .*: inputs on the two directions in which they vary most$/ });
    await expect(free.locator('circle')).toHaveCount(40);
    await expect(free.locator('text').first()).toHaveText(/^PC 1, \d+ %$/);
    expect(await violationsOf(page, rulesFor(colorScheme))).toEqual([]);
  });
