import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { encodeShare } from '../../src/lib/sheet/share';
import { cell, expect, expectClipboard, expectKept, openSheet, select, settled, sharedLink, smallSheet, test } from './site';

test('a link holds the whole sheet', async ({ page, site, browser }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'link' }).inputValue();
  await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toContainText(`${link.length} characters`);
  await expectClipboard(page, link);
  const other = await browser.newPage();
  await other.goto(link);
  await expect(cell(other, 'c')).toContainText('7');
  await expect(other).toHaveTitle(/A small sheet/);
  expect(await sharedLink(other)).toBe(link);
  await other.close();
});

test('a reload restores what was typed, and undo reaches back across it', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('a * 5');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'c')).toContainText('11');
  await expectKept(page, 'a * 5');
  await page.reload();
  await expect(cell(page, 'c')).toContainText('11');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(cell(page, 'c')).toContainText('7');
});

for (const [what, fragment] of [
  ['damaged', '1AAAAAAAAAAAAAAAA'],
  ['not a sheet', 'hello'],
  ['of a newer version', '2abc'],
] as const) {
  test(`a link that is ${what} says so and leaves the sheet alone`, async ({ page, site }) => {
    await page.goto(`${site}/#${fragment}`);
    await expect(page.getByRole('alert')).toContainText('could not be opened');
    // Someone who was never here sees what everyone sees at first.
    await expect(page).toHaveTitle(/^When does pre-training help\?/);
    await expect(cell(page, 'figure')).toBeVisible();
    await page.getByRole('button', { name: 'Close the message' }).click();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
}

test('a link that cannot be read leaves the sheet that was open, at once and after a new start', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await expectKept(page, 'A small sheet');
  await page.goto('about:blank');
  await page.goto(`${site}/#1damaged`);
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(cell(page, 'c')).toContainText('7');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await page.getByRole('button', { name: 'Close the message' }).click();
  await page.evaluate(() => (location.hash = '#2of-a-newer-version'));
  await expect(page.getByRole('alert')).toContainText('newer Kernelsheet');
  await expect(cell(page, 'c')).toContainText('7');
});

test('a link does not push out the sheet that was edited: undo brings it back, and it is among the recent ones', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await select(page, 'b');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('a * 5');
  await page.keyboard.press('Enter');
  await expectKept(page, 'a * 5');
  await page.goto('about:blank');
  for (const title of ['One', 'Two', 'Three']) {
    await page.goto(`${site}/#${encodeShare(`# ${title}\nx @A1 = 6 * 7\n`)}`);
    await expect(page).toHaveTitle(`${title} · Kernelsheet`);
    await expectKept(page, `# ${title}`);
    await page.goto('about:blank');
  }
  await page.goto(site);
  await expect(page).toHaveTitle('Three · Kernelsheet');
  await page.getByRole('button', { name: 'Recent' }).click();
  const dialog = page.getByRole('dialog', { name: 'Recent sheets' });
  // Sheets of links that were not edited are not a person's own.
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await page.screenshot({ path: test.info().outputPath('recent.png') });
  await dialog.getByRole('button', { name: 'Open A small sheet' }).click();
  await expect(cell(page, 'c')).toContainText('11');
  for (let step = 0; step < 4; step++) await page.getByRole('button', { name: 'Undo' }).click();
  await expect(cell(page, 'c')).toContainText('11');
});

/** Writes over what is kept, as a fault of the browser or of a disk would. */
const damage = (page: Page, change: 'past' | 'all'): Promise<void> =>
  page.evaluate(async (what) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('the store cannot be read', { cause: request.error }));
      });
    const database = await done(indexedDB.open('kernelsheet'));
    const store = database.transaction('sheets', 'readwrite').objectStore('sheets');
    for (const key of await done(store.getAllKeys())) {
      const { history } = (await done(store.get(key))) as { history: string };
      await done(store.put({ history: what === 'past' ? history.replace('"past":', '"past":8,"x":') : `@@${history.slice(40)}` }, key));
    }
    database.close();
  }, change);

test('of a damaged record the text is opened, and the record is kept and offered', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expectKept(page, 'A small sheet');
  await page.goto(`${site}/docs`);
  await damage(page, 'past');
  await page.goto(site);
  await expect(page.getByRole('alert')).toContainText('is damaged');
  await expect(cell(page, 'c')).toContainText('7');
  await page.getByRole('button', { name: 'Recent' }).click();
  const dialog = page.getByRole('dialog', { name: 'Recent sheets' });
  const coming = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save the record' }).first().click();
  expect(await readFile(await (await coming).path(), 'utf8')).toContain('"past":8');
});

test('a record without a text is kept and offered, and the default sheet is opened with a message', async ({ page, site }) => {
  await openSheet(page, site, 'only @A1 = 6 * 7\n');
  await expectKept(page, 'only @A1');
  await page.goto(`${site}/docs`);
  await damage(page, 'all');
  await page.goto(site);
  await expect(page.getByRole('alert')).toContainText('cannot be read');
  await expect(cell(page, 'figure')).toBeVisible();
  await page.getByRole('button', { name: 'Recent' }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Save the record' })).toBeVisible();
});

test('a formula that was not finished is still in the formula bar after a reload, and in a tab that opens later', async ({
  page,
  site,
}) => {
  await openSheet(page, site, smallSheet);
  await expectKept(page, 'A small sheet');
  await select(page, 'b');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('a * 1234 +');
  const bar = page.getByRole('toolbar', { name: 'formula' }).getByRole('textbox', { name: 'formula' });
  await expect(bar).toContainText('a * 1234 +');
  await page.reload();
  await expect(bar).toContainText('a * 1234 +');
  await expect(cell(page, 'c')).toContainText('7');
  const other = await page.context().newPage();
  await page.close();
  await other.goto(site);
  await expect(other.getByRole('toolbar', { name: 'formula' })).toContainText('a * 1234 +');
  await other.close();
});

test('a formula that was not finished comes back with its sheet when a link took its place, also after a reload', async ({
  page,
  site,
}) => {
  await openSheet(page, site, smallSheet);
  await expectKept(page, 'A small sheet');
  const bar = page.getByRole('toolbar', { name: 'formula' }).getByRole('textbox', { name: 'formula' });
  const linked = (title: string): string => `#${encodeShare(`# ${title}\nx @A1 = 6 * 7\n`)}`;
  await select(page, 'b');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('a * 1234 +');
  await expect(bar).toContainText('a * 1234 +');
  // In the page that is open, and back.
  await page.evaluate((hash) => (location.hash = hash), linked('One'));
  await expect(page).toHaveTitle('One · Kernelsheet');
  await expect(bar).not.toContainText('1234');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(cell(page, 'c')).toContainText('7');
  await expect(bar).toContainText('a * 1234 +');
  // By a page that is loaded anew, twice.
  for (const title of ['Two', 'Three']) {
    await page.goto('about:blank');
    await page.goto(`${site}/${linked(title)}`);
    await expect(page).toHaveTitle(`${title} · Kernelsheet`);
    await expectKept(page, `# ${title}`);
  }
  for (const title of ['Two', 'A small sheet']) {
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page).toHaveTitle(`${title} · Kernelsheet`);
  }
  await expect(bar).toContainText('a * 1234 +');
  await expect(cell(page, 'c')).toContainText('7');
});

test('the sheet is saved as a file and opened again', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('a-small-sheet.ksheet');
  await page.locator('input[type=file]').setInputFiles({
    name: 'other.ksheet',
    mimeType: 'text/plain',
    buffer: Buffer.from('# Another\nx @A1 = 6 * 7\n'),
  });
  await expect(cell(page, 'x')).toContainText('42');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(cell(page, 'c')).toContainText('7');
});

test('Ctrl+S saves and Ctrl+O opens, as the tooltips say', async ({ page, site }) => {
  // Listened for from the start: the browser hears of it some time after it is asked for.
  const choosing = page.waitForEvent('filechooser');
  await openSheet(page, site, smallSheet);
  await select(page, 'a');
  const saving = page.waitForEvent('download');
  await page.keyboard.press('Control+S');
  expect((await saving).suggestedFilename()).toBe('a-small-sheet.ksheet');
  await page.keyboard.press('Control+O');
  await (await choosing).setFiles({ name: 'third.ksheet', mimeType: 'text/plain', buffer: Buffer.from('y @A1 = 7 * 7\n') });
  await expect(cell(page, 'y')).toContainText('49');
});

test('a data file becomes readable by its name, also after the cell that wants it has failed', async ({ page, site }) => {
  await openSheet(page, site, 't @A1 = table("points.csv", label: "y", test: 1)\n');
  await expect(cell(page, 't')).toHaveAttribute('data-status', 'error');
  await page.locator('input[type=file]').setInputFiles({
    name: 'points.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('a,b,y\n1,0,1\n0,1,-1\n1,1,1\n0.5,1,-1\n'),
  });
  await expect(cell(page, 't')).toHaveAttribute('data-status', 'ok');
  await settled(page);
});

test('two tabs keep a sheet each, and say so: neither writes over the other', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await expectKept(page, 'A small sheet');
  const other = await page.context().newPage();
  await other.goto(site);
  await expect(other.getByText('open in another tab as well')).toBeVisible();
  for (const [tab, formula] of [
    [page, 'a * 5'],
    [other, 'a * 7'],
  ] as const) {
    await tab.bringToFront();
    await select(tab, 'b');
    await tab.keyboard.press('F2');
    await tab.keyboard.press('Control+A');
    await tab.keyboard.type(formula);
    await tab.keyboard.press('Enter');
  }
  await expect(cell(other, 'c')).toContainText('15');
  for (const formula of ['a * 5', 'a * 7']) await expectKept(other, formula);
  await page.reload();
  await expect(cell(page, 'c')).toContainText('11');
  await other.reload();
  await expect(cell(other, 'c')).toContainText('15');
  // Another tab begins with what was changed last.
  const third = await page.context().newPage();
  await third.goto(site);
  await expect(cell(third, 'c')).toContainText('15');
});
