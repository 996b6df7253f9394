import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { cell, computed, expect, goOnWhenAsked, select, settled, sharedLink, test } from './site';

/** Values of δ in the guided sheet. */
const POINTS = 5;

/** Bars of standard error in the figure. */
const bars = (page: Page) => cell(page, 'figure').locator('[aria-label="rule"] line');

/** The numbers of a cell, all of their digits, as they are exported. */
const numbers = async (page: Page, key: string): Promise<unknown> => {
  await select(page, key);
  await page.getByRole('button', { name: 'Export' }).click();
  const coming = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'JSON', exact: true }).click();
  const download = await coming;
  await page.keyboard.press('Escape');
  return JSON.parse(await readFile(await download.path(), 'utf8'));
};

test('a newcomer reads the guided sheet, changes it, measures its curve on networks, and passes it on', async ({ page, site, browser }) => {
  const began = performance.now();
  const since = (what: string): void => {
    process.stdout.write(`    ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  };

  await test.step('opens the page, and from its gallery the guided sheet', async () => {
    await page.goto(site);
    await page.getByRole('link', { name: 'Gallery' }).click();
    await page.getByRole('link', { name: /Start here/ }).click();
    await expect(page.getByRole('grid')).toContainText('1 · Read.');
    await expect(cell(page, 'figure').locator('[aria-label="line"] path')).toBeVisible(computed);
    await expect(cell(page, 'helps')).toContainText('passes', computed);
    since('the curve of the guided sheet');
  });

  await test.step('changes the slider, and everything follows', async () => {
    const before = await cell(page, 'err').innerText();
    const slider = page.getByRole('slider', { name: 'gamma', exact: true });
    await slider.focus();
    await slider.press('PageDown');
    await settled(page);
    expect(await cell(page, 'err').innerText()).not.toBe(before);
    since('the curve of another gamma');
  });

  await test.step('adds networks from the palette: points with bars come onto the curve', async () => {
    await expect(bars(page)).toHaveCount(0);
    await select(page, 'link');
    await page.keyboard.press('/');
    await page.keyboard.type('networks');
    await expect(page.getByRole('dialog', { name: 'new cell' })).toContainText('networks(link, target');
    await expect(page.getByRole('dialog', { name: 'new cell' })).toContainText('on figure too');
    await expect(page.getByRole('combobox', { name: 'new cell' })).toHaveValue('networks');
    await page.keyboard.press('Enter');
    await expect(cell(page, 'nets')).toBeFocused();
    await expect(bars(page)).toHaveCount(POINTS, computed);
    await settled(page);
    since('points with bars on it');
  });

  await test.step('passes it on: the link opens with the same numbers elsewhere', async () => {
    const [predicted, measured] = [await numbers(page, 'err'), await numbers(page, 'nets')];
    expect(measured).toMatchObject({ axes: [{ name: 'delta' }], fields: { test: { length: POINTS }, 'test.stderr': { length: POINTS } } });
    const fresh = await browser.newContext();
    const other = await fresh.newPage();
    await goOnWhenAsked(other);
    await other.goto(await sharedLink(page));
    await expect(bars(other)).toHaveCount(POINTS, computed);
    await settled(other);
    expect(await numbers(other, 'err')).toEqual(predicted);
    expect(await numbers(other, 'nets')).toEqual(measured);
    await fresh.close();
    since('the same numbers in a fresh profile');
  });
});
