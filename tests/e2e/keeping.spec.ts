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
  test(`a link that is ${what} opens an empty sheet with a message`, async ({ page, site }) => {
    await page.goto(`${site}/#${fragment}`);
    await expect(page.getByRole('alert')).toContainText('could not be opened');
    await expect(page.getByRole('grid')).toBeVisible();
    await expect(page.locator('[data-key]')).toHaveCount(0);
    await page.getByRole('button', { name: 'Close the message' }).click();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
}

test('a link does not push out the sheet that was open: undo brings it back', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await expect(cell(page, 'c')).toContainText('7');
  await expectKept(page, 'A small sheet');
  await page.goto('about:blank');
  await page.goto(`${site}/#1damaged`);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
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
