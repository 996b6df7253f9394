import { decodeShare } from '../../src/lib/sheet/share';
import { cell, expect, expectClipboard, openSheet, select, settled, sharedLink, smallSheet, test } from './site';

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

test('by keyboard alone: written, moved, copied, pasted, filled, deleted; undone to nothing and redone to the same text', async ({
  page,
  site,
}) => {
  const empty = '# Nothing yet\nnote @F9 = "out of the way"\n';
  await openSheet(page, site, empty);
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const write = async (formula: string): Promise<void> => {
    await page.keyboard.type(formula);
    await expect(page.getByRole('textbox', { name: /^formula of / })).toHaveText(formula);
    await press('Enter');
    await expect(page.getByRole('textbox', { name: /^formula of / })).toHaveCount(0);
  };
  await page.getByRole('grid').press('Control+Home');
  await write('a = 2');
  await write('A1 + 1');
  await expect(cell(page, 'A2')).toContainText('3');

  await test.step('filled down, an address shifts', async () => {
    await press('ArrowUp', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Control+D');
    await expect(cell(page, 'A4')).toContainText('5');
  });
  await test.step('moved over what is in the way; references follow', async () => {
    await press('Control+Home', 'Alt+ArrowDown');
    await expect(cell(page, 'a')).toHaveAttribute('data-square', '0 4');
    await expect(cell(page, 'A4')).toContainText('5');
  });
  await test.step('made to cover two squares', async () => {
    await press('Alt+Shift+ArrowRight');
    await expect(cell(page, 'a')).toHaveAttribute('aria-colspan', '2');
  });
  await test.step('cut and pasted elsewhere', async () => {
    await press('Control+X', 'ArrowRight', 'ArrowUp', 'Control+V');
    await expect(cell(page, 'a')).toHaveAttribute('data-square', '2 3');
    await expect(cell(page, 'A4')).toContainText('5');
  });
  await test.step('all copied and pasted below, under other names', async () => {
    await press(
      'Control+Home',
      'Shift+ArrowDown',
      'Shift+ArrowDown',
      'Shift+ArrowDown',
      'Shift+ArrowRight',
      'Shift+ArrowRight',
      'Control+C',
    );
    await press('Control+Home', ...Array.from({ length: 11 }, () => 'ArrowDown'), 'Control+V');
    await expect(cell(page, 'a_2')).toHaveAttribute('data-square', '2 13');
    await expect(cell(page, 'A14')).toContainText('5');
  });
  await test.step('a row is inserted, a column deleted', async () => {
    await press('Control+Home', 'Shift+Space', 'Control+Alt+Equal');
    await expect(cell(page, 'A5')).toContainText('5');
    await press('Control+Home', 'ArrowRight', 'Control+Space', 'Control+Alt+Minus');
    await expect(cell(page, 'a_2')).toHaveAttribute('data-square', '1 14');
  });
  await test.step('a column is made wider, and is so in the link', async () => {
    await press('Control+Home', 'Control+Space', 'Alt+Shift+ArrowRight', 'Escape');
  });
  await test.step('what is deleted is missed by what refers to it', async () => {
    await select(page, 'a');
    await press('Delete');
    await expect(cell(page, 'A3')).toHaveAttribute('data-status', 'error');
    await expect(cell(page, 'A3')).toContainText('B5');
    await press('Control+Z', 'Control+Shift+Z');
  });

  const text = async (): Promise<string> => decodeShare(new URL(await sharedLink(page)).hash);
  const full = await text();
  expect(full).toMatch(/^# columns: A \d+$/m);
  await page.getByRole('grid').press('Control+Home');
  await press(...Array.from({ length: 14 }, () => 'Control+Z'));
  await expect(page.locator('[data-key]')).toHaveCount(1);
  expect(await text()).toBe(empty);
  await page.getByRole('grid').press('Control+Home');
  await press(...Array.from({ length: 14 }, () => 'Control+Y'));
  expect(await text()).toBe(full);
});

test('by keyboard alone cells are selected that do not lie together, and moved, copied and deleted', async ({ page, site }) => {
  await openSheet(page, site, spanning);
  const chosen = page.locator('[data-key][aria-selected="true"]');
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await select(page, 'a');
  await press('Shift+F8', 'ArrowRight', 'ArrowRight');
  await expect(cell(page, 'c')).toBeFocused();
  await expect(cell(page, 'c')).toHaveAttribute('aria-selected', 'false');
  await expect(cell(page, 'a')).toHaveAttribute('aria-selected', 'true');
  await press('Shift+F8');
  await expect(chosen).toHaveCount(2);
  await expect(page.getByText('c selected, 2 cells in all')).toBeAttached();
  await press('ArrowLeft', 'ArrowDown', 'ArrowRight', 'Shift+F8');
  await expect(cell(page, 'd')).toBeFocused();
  await expect(chosen).toHaveCount(3);
  await expect(cell(page, 'b')).toHaveAttribute('aria-selected', 'false');

  await test.step('what it depends on is shown for the cell that has the keyboard', async () => {
    await press('Control+Home', 'ArrowRight');
    await expect(cell(page, 'b')).toBeFocused();
    await expect(cell(page, 'a')).toHaveClass(/precedent/);
    await expect(chosen).toHaveCount(3);
  });
  await test.step('copied', async () => {
    await press('Control+C');
    await expectClipboard(page, 'a @A1 = slider(2, min: 1, max: 10, step: 1)\nc @C1 = b + 1\nd @D2 = 1\n');
  });
  await test.step('moved to where all are free', async () => {
    await press('Alt+ArrowDown');
    await expect(cell(page, 'a')).toHaveAttribute('data-square', '0 3');
    await expect(cell(page, 'c')).toHaveAttribute('data-square', '2 3');
    await expect(cell(page, 'd')).toHaveAttribute('data-square', '3 4');
    await expect(chosen).toHaveCount(3);
  });
  await test.step('deleted, and had back', async () => {
    await press('Delete');
    await expect(page.locator('[data-key]')).toHaveCount(2);
    await press('Control+Z', 'Control+Z');
    await expect(cell(page, 'a')).toHaveAttribute('data-square', '0 0');
  });
  await test.step('Escape leaves one square selected', async () => {
    await select(page, 'a');
    await press('Shift+F8', 'ArrowRight', 'Shift+F8');
    await expect(chosen).toHaveCount(2);
    await press('Escape');
    await expect(chosen).toHaveCount(1);
    await expect(cell(page, 'b')).toHaveAttribute('aria-selected', 'true');
    await press('ArrowRight');
    await expect(chosen).toHaveCount(1);
  });
});

test('of 200 cells only those near the window are drawn, and the selection goes to any of them', async ({ page, site }) => {
  const cells = Array.from(
    { length: 200 },
    (_, index) =>
      `c${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))} @${'ABCD'[index % 4] ?? 'A'}${Math.floor(index / 4) + 1} = ${index}`,
  );
  await openSheet(page, site, `${cells.join('\n')}\n`);
  await settled(page);
  expect(await page.locator('[data-key]').count()).toBeLessThan(100);
  await page.getByRole('grid').press('Control+End');
  await expect(cell(page, 'chr')).toBeFocused();
  await expect(cell(page, 'chr')).toBeInViewport({ ratio: 0.9 });
  await expect(cell(page, 'chr')).toContainText('199');
  expect(await page.locator('[data-key]').count()).toBeLessThan(100);
  await expect(cell(page, 'caa')).toHaveCount(0);
});
