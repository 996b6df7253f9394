import { cell, expect, openSheet, select, settled, smallSheet, test } from './site';

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
  await settled(page, '1 cell in error');
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
  await settled(page, 'paused: 3 cells are from before the last changes');
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

test('a kernel says the entry under the pointer and which examples it is of', async ({ page, site }) => {
  await openSheet(
    page,
    site,
    'data @A1 = digits(positive: [0, 1], negative: [5, 6], train: 4, test: 8)\npre @B1 = source_kernel(data, theory: "lazy", depth: depth)\ndepth @C1 = slider(1, min: 1, max: 3, step: 1)\n',
  );
  const kernel = cell(page, 'pre');
  const map = kernel.getByRole('img', { name: /kernel pre, 4 by 4/ });
  const box = await map.boundingBox();
  if (!box) throw new Error('the map has no box');
  // Its entries are square, from the upper left on.
  const side = Math.min(box.width, box.height) / 4;
  const at = (row: number, column: number) => map.hover({ position: { x: (column + 0.5) * side, y: (row + 0.5) * side } });
  const facts = kernel.locator('.facts');
  const told = /^\d, \d: (\S+) · class (\d) \(([+−]1)\), (\d) \(([+−]1)\)$/;
  const entry = async (row: number, column: number): Promise<RegExpExecArray> => {
    await at(row, column);
    await expect(facts).toHaveText(new RegExp(`^${row + 1}, ${column + 1}: `));
    const found = told.exec((await facts.innerText()).trim());
    if (!found) throw new Error(`not an entry: ${await facts.innerText()}`);
    return found;
  };
  const [, upper, ...examples] = await entry(0, 3);
  // It is drawn in the order of the classes, 0 and 1 against 5 and 6.
  expect(examples).toEqual(['0', '+1', '6', '−1']);
  expect(await facts.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  const [, lower, ...mirrored] = await entry(3, 0);
  // A kernel is symmetric.
  expect(lower).toBe(upper);
  expect(mirrored).toEqual(['6', '−1', '0', '+1']);
  // The mark stands around the entry.
  const mark = await kernel.locator('.frame i').boundingBox();
  expect(mark?.x).toBeCloseTo(box.x, 0);
  expect(mark?.y).toBeCloseTo(box.y + 3 * side, 0);
  // Another kernel under a pointer at rest: its entry is said instead.
  const before = await facts.innerText();
  await page.getByRole('slider', { name: 'depth', exact: true }).press('ArrowRight');
  await expect(facts).not.toHaveText(before);
  await expect(facts).toHaveText(/^4, 1: \S+ · class 6/);
  await page.mouse.move(0, 0);
  await expect(facts).toContainText('lazy');
});
