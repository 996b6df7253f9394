import type { Page } from '@playwright/test';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/fresh.js';
import { cell, expect, openSheet, select, smallSheet, test } from './site';

test('a changed number goes through all cells that depend on it, and undo brings it back', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await select(page, 'b');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('a * 10');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'b')).toContainText('20');
  await expect(cell(page, 'c')).toContainText('21');
  await page.keyboard.press('Control+Z');
  await expect(cell(page, 'c')).toContainText('7');
  await page.keyboard.press('Control+Shift+Z');
  await expect(cell(page, 'c')).toContainText('21');
});

test('a mistake is an error of its cell with its place, every other cell computes, and it can be mended', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('a * gama');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'b')).toHaveAttribute('data-status', 'error');
  await expect(cell(page, 'b')).toContainText('gama');
  await expect(cell(page, 'c')).toContainText('waits for b');
  await expect(cell(page, 'a')).toHaveAttribute('data-status', 'ok');
  await select(page, 'b');
  await expect(page.getByRole('toolbar', { name: 'formula' })).toContainText('line 4, column 13');
  await expect(page.locator('.cm-fault')).toHaveText('gama');
  await page.keyboard.press('F2');
  for (let letter = 0; letter < 4; letter++) await page.keyboard.press('Backspace');
  await page.keyboard.type('a');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'b')).toContainText('4');
  await expect(cell(page, 'c')).toContainText('5');
});

test('a syntax error says what was expected and touches no other cell', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('(a * ');
  await expect(page.locator('.message')).toContainText('expected');
  await page.keyboard.press('Escape');
  await expect(cell(page, 'b')).toContainText('6');
  await page.keyboard.press('Delete');
  await expect(cell(page, 'b')).toHaveCount(0);
  await expect(cell(page, 'c')).toHaveAttribute('data-status', 'error');
  await page.keyboard.press('Control+Z');
  await expect(cell(page, 'c')).toContainText('7');
});

/** Holds the editor of formulas back until what this answers is called, as a slow network does. */
const holdEditor = async (page: Page): Promise<() => void> => {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const chunks = join(root, 'build', '_app', 'immutable', 'chunks');
  const names = (await readdir(chunks)).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(names.map((name) => readFile(join(chunks, name), 'utf8')));
  const held = names.filter((_, index) => texts[index]?.includes('cm-tooltip-autocomplete'));
  expect(held).not.toEqual([]);
  for (const name of held)
    await page.route(`**/${name}`, async (route) => {
      await released;
      await route.continue();
    });
  return release;
};

/** A formula begun in `b` before its editor has come. */
const typeEarly = async (page: Page, site: string, text: string): Promise<() => void> => {
  const release = await holdEditor(page);
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  return release;
};

test('keys typed before the editor has come are kept, and Escape leaves it as soon as it is there', async ({ page, site }) => {
  const release = await typeEarly(page, site, '(a * ');
  await expect(page.locator('.message')).toContainText('expected');
  release();
  await expect(page.locator('.editor .cm-content')).toBeFocused();
  await expect(page.locator('.editor .cm-content')).toHaveText('(a *');
  await page.keyboard.press('Escape');
  await expect(cell(page, 'b')).toBeFocused();
  await expect(cell(page, 'b')).toContainText('6');
});

test('a formula begun before the editor has come and ended in it has no list that would take the Escape', async ({ page, site }) => {
  const release = await typeEarly(page, site, '(a');
  await expect(page.locator('.editor code')).toHaveText('(a');
  release();
  await expect(page.locator('.editor .cm-content')).toBeFocused();
  await page.keyboard.type(' * ');
  await expect(page.locator('.message')).toContainText('expected');
  // A list would be there by now.
  await page.waitForTimeout(500);
  await page.keyboard.press('Escape');
  await expect(cell(page, 'b')).toBeFocused();
});

test('a name begun before the editor has come is completed when it is there', async ({ page, site }) => {
  const release = await typeEarly(page, site, 'sli');
  await expect(page.locator('.editor code')).toHaveText('sli');
  release();
  await expect(page.locator('.cm-tooltip-autocomplete')).toContainText('slider');
});

test('a cell is made by typing in an empty square, with completion of what is known', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await select(page, 'a');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.type('pick = cho');
  await expect(page.locator('.cm-tooltip-autocomplete')).toContainText('choice');
  // In its first moments a completion is not taken: a key pressed then was meant for what was there before.
  await page.waitForTimeout(300);
  await page.keyboard.press('Tab');
  await page.keyboard.type('"x", ["x", "y"');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'pick').getByRole('combobox')).toHaveValue('"x"');
  await cell(page, 'pick').getByRole('combobox').selectOption('"y"');
  await select(page, 'pick');
  await expect(page.getByRole('textbox', { name: 'formula', exact: true })).toHaveText('choice("y", ["x", "y"])');
});

test('copied cells are pasted as text, with their formulas', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await page.keyboard.press('Control+C');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('b @B1 = a * 3');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+V');
  await expect(cell(page, 'b_2')).toContainText('6');
  await page.keyboard.press('Control+Z');
  await expect(cell(page, 'b_2')).toHaveCount(0);
});

test('a name is changed where it is used', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'a');
  const name = page.getByRole('textbox', { name: 'name of the cell' });
  await name.fill('rate');
  await name.press('Enter');
  await select(page, 'b');
  await expect(page.getByRole('textbox', { name: 'formula', exact: true })).toHaveText('rate * 3');
  await expect(cell(page, 'c')).toContainText('7');
});

test('the inspector edits the formula', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'a');
  const inspector = page.getByRole('complementary', { name: 'inspector' });
  await inspector.getByLabel('max', { exact: true }).fill('50');
  await inspector.getByLabel('max', { exact: true }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'formula', exact: true })).toHaveText('slider(2, min: 1, max: 50, step: 1)');
  await inspector.getByLabel('max', { exact: true }).fill('1');
  await inspector.getByLabel('max', { exact: true }).press('Enter');
  await expect(cell(page, 'a')).toHaveAttribute('data-status', 'error');
});
