import type { Locator, Page } from '@playwright/test';
import { decodeShare } from '../../src/lib/sheet/share';
import { cell, expect, expectClipboard, openSheet, select, sharedLink, smallSheet, test } from './site';

const centre = async (what: Locator): Promise<{ x: number; y: number }> => {
  const box = await what.boundingBox();
  if (!box) throw new Error('it is not there');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** Presses at one place and lets go at another, with a stop on the way. */
const drag = async (page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> => {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
};

const square = (page: Page, column: number, row: number): Locator => page.locator(`[data-square="${column} ${row}"]`);
const textOf = async (page: Page): Promise<string> => decodeShare(new URL(await sharedLink(page)).hash);

test('a cell is dragged by its head and its corner; each drag is one step of undo, and Escape ends it', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await drag(page, await centre(cell(page, 'b').locator('header')), await centre(square(page, 1, 2)));
  await expect(cell(page, 'b')).toHaveAttribute('data-square', '1 2');
  await expect(cell(page, 'c')).toContainText('7');
  const corner = page.locator('.selection .corner');
  await drag(page, await centre(corner), await centre(square(page, 2, 3)));
  await expect(cell(page, 'b')).toHaveAttribute('aria-colspan', '2');
  await expect(cell(page, 'b')).toHaveAttribute('aria-rowspan', '2');
  expect(await textOf(page)).toContain('b @B3:C4 = a * 3');
  const from = await centre(cell(page, 'b').locator('header'));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, from.y + 100);
  await expect(page.locator('.ghost')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(page.locator('.ghost')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  expect(await textOf(page)).toBe(smallSheet);
});

test('a rectangle is dragged and copied; the letter and number of a track select, size and delete it', async ({ page, site, browser }) => {
  await openSheet(page, site, smallSheet);
  await drag(page, await centre(square(page, 3, 0)), await centre(cell(page, 'b').locator('.body')));
  await expect(page.locator('[data-key][aria-selected="true"]')).toHaveCount(2);
  await expect(page.getByTitle('address', { exact: true })).toHaveText('B1:D1');
  await page.keyboard.press('Control+C');
  await expectClipboard(page, 'b @B1 = a * 3\nc @C1 = b + 1\n');

  const edge = page.locator('[data-head="columns 1"] .edge');
  const at = await centre(edge);
  await drag(page, at, { x: at.x + 100, y: at.y });
  const width = (await cell(page, 'b').boundingBox())?.width ?? 0;
  const link = await sharedLink(page);
  expect(decodeShare(new URL(link).hash)).toMatch(/^# columns: B \d+$/m);
  const other = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await other.goto(link);
  await expect(cell(other, 'c')).toContainText('7');
  expect((await cell(other, 'b').boundingBox())?.width).toBe(width);
  await other.close();
  await edge.dblclick();
  expect(await textOf(page)).toBe(smallSheet);

  await page.locator('[data-head="columns 1"]').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Delete column' }).click();
  await expect(cell(page, 'c')).toHaveAttribute('data-square', '1 0');
  await expect(cell(page, 'c')).toContainText('unknown name b');
  await page.keyboard.press('Control+Z');
  await expect(cell(page, 'c')).toContainText('7');
  expect(await textOf(page)).toBe(smallSheet);
  await select(page, 'a');
  await page.locator('[data-head="rows 0"]').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Insert row above' }).click();
  await expect(cell(page, 'a')).toHaveAttribute('data-square', '0 1');
});

test('cells that do not lie together are selected by Ctrl and a click, moved, copied, deleted, and a rectangle is joined by a drag', async ({
  page,
  site,
}) => {
  await openSheet(page, site, `${smallSheet}d @B3 = c\n`);
  const chosen = page.locator('[data-key][aria-selected="true"]');
  const address = page.getByTitle('address', { exact: true });
  const held = async (what: () => Promise<void>): Promise<void> => {
    await page.keyboard.down('Control');
    await what();
    await page.keyboard.up('Control');
  };
  const toggle = (key: string): Promise<void> => held(() => cell(page, key).locator('header').click());

  await test.step('taken in and out; the rest of what was selected stays', async () => {
    await select(page, 'a');
    await toggle('c');
    await toggle('d');
    await expect(address).toHaveText('B3 · 3 cells');
    await expect(cell(page, 'd')).toBeFocused();
    await toggle('a');
    await expect(chosen).toHaveCount(2);
    await expect(cell(page, 'a')).toBeFocused();
    await expect(cell(page, 'a')).toHaveAttribute('aria-selected', 'false');
    await expect(cell(page, 'b')).toHaveAttribute('aria-selected', 'false');
  });
  await test.step('copied as lines of text', async () => {
    await page.keyboard.press('Control+C');
    await expectClipboard(page, 'c @C1 = b + 1\nd @B3 = c\n');
  });
  await test.step('dragged by the head of one of them', async () => {
    const from = await centre(cell(page, 'c').locator('header'));
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    const to = await centre(square(page, 3, 1));
    await page.mouse.move(to.x, to.y);
    await expect(page.locator('.ghost')).toHaveCount(2);
    await page.mouse.up();
    await expect(cell(page, 'c')).toHaveAttribute('data-square', '3 1');
    await expect(cell(page, 'd')).toHaveAttribute('data-square', '2 3');
    await expect(chosen).toHaveCount(2);
  });
  await test.step('a rectangle joins by a drag with Ctrl held, and one is taken out so', async () => {
    const drawn = page.locator('svg.set .inside');
    await held(async () =>
      drag(page, await centre(cell(page, 'a').locator('.body .value, header').first()), await centre(cell(page, 'b').locator('.body'))),
    );
    await expect(chosen).toHaveCount(4);
    await expect(drawn).toHaveCount(1);
    await held(async () => drag(page, await centre(cell(page, 'a').locator('header')), await centre(cell(page, 'b').locator('.body'))));
    await expect(chosen).toHaveCount(2);
  });
  await test.step('deleted together, in one step of undo', async () => {
    await page.keyboard.press('Delete');
    await expect(page.locator('[data-key]')).toHaveCount(2);
    await page.keyboard.press('Control+Z');
    await expect(page.locator('[data-key]')).toHaveCount(4);
  });
  await test.step('a plain click selects one', async () => {
    await select(page, 'a');
    await expect(chosen).toHaveCount(1);
    await expect(address).toHaveText('A1');
  });
  await test.step('letters with Ctrl select columns', async () => {
    await page.locator('[data-head="columns 0"]').click();
    await held(() => page.locator('[data-head="columns 3"]').click());
    await page.locator('[data-head="columns 3"]').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete 2 columns' }).click();
    expect(await textOf(page)).toBe(
      `${smallSheet
        .replace(/^a .*\n/m, '')
        .replace(/^c .*\n/m, '')
        .replace('@B1', '@A1')}d @B4 = c\n`,
    );
  });
});
