import type { Page } from '@playwright/test';
import { cell, expect, openSheet, select, settled, test } from './site';

/**
 * Twenty cells of a kind each: inputs, numbers, data, theory, figures, a check, a note and an error, small enough for any adapter.
 * @param g which group it is, for its names
 */
const group = (g: number): readonly string[] => [
  `task_${g} @A = linear_task(dim: 4, train: 8, test: 8, seed: ${g + 1})`,
  `pre_${g} @B = source_kernel(task_${g}, theory: "lazy", activation: act_${g}, temperature: 0.1)`,
  `link_${g} @C = coupling(pre_${g}, delta: 1)`,
  `goal_${g} @D = linear_task(like: task_${g}, alignment: 0.5, train: 8, test: 8, seed: ${g + 101})`,
  `post_${g} @E = target_kernel(link_${g}, goal_${g})`,
  `gain_${g} @A = slider(${g + 1}, min: 1, max: 20, step: 1)`,
  `act_${g} @B = choice("erf", ["erf", "relu"])`,
  `plain_${g} @C = ${g} + 0.5`,
  `err_${g} @D = error(pre_${g})`,
  `res_${g} @E = error(post_${g})`,
  `sizes_${g} @A = range(2, 8, count: 4)`,
  `curve_${g} @B = learning_curve(pre_${g}, sizes: sizes_${g})`,
  `fig_${g} @C = plot(curve_${g}.test, title: "Group ${g}")`,
  `modes_${g} @D = spectrum(pre_${g})`,
  `fits_${g} @E = check(err_${g}.test < 1000)`,
  `sum_${g} @A = plain_${g} * gain_${g}`,
  `root_${g} @B = sqrt(sum_${g})`,
  `both_${g} @C = err_${g}.test + res_${g}.test`,
  `note @D = "Group **${g}**, of weight $w_{${g}}$"`,
  `wrong_${g} @E = both_${g} * nothing`,
];
const groups = 10;
/** More than there are in a window of 900 pixels and within the 300 around it in which cells are drawn. */
const nearby = 60;
const sheet = Array.from({ length: groups }, (_, g) =>
  group(g).map((line, index) => line.replace(/@([A-E])/, `@$1${4 * g + 1 + Math.floor(index / 5)}`)),
).flat();

/** What the page notes of itself while keys are pressed and the wheel is turned. */
interface Watched {
  /** From each key to the first task after the next frame. */
  keys: number[];
  /** From each key to the picture, as the browser says it, where that is 16 ms or more. */
  pictures: number[];
  /** Tasks of the main thread above 50 ms. */
  long: number[];
  /** Changes of any kind below the grid. */
  changes: number;
  /** The most cells that were in the document in any frame. */
  most: number;
}

declare global {
  interface Window {
    large: Watched;
  }
}

const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen: Watched = { keys: [], pictures: [], long: [], changes: 0, most: 0 };
    window.large = seen;
    new PerformanceObserver((list) => seen.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') seen.pictures.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          // The first task after a frame begins when it has been painted.
          const painted = new MessageChannel();
          painted.port1.onmessage = () => seen.keys.push(performance.now() - timeStamp);
          painted.port2.postMessage(0);
        });
      },
      { capture: true },
    );
    const grid = document.querySelector('[role="grid"]');
    if (!grid) throw new Error('there is no grid');
    new MutationObserver((records) => (seen.changes += records.length)).observe(grid, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    const count = (): void => {
      seen.most = Math.max(seen.most, document.querySelectorAll('[data-key]').length);
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });

/** What was noted since the last call. */
const noted = (page: Page): Promise<Watched> =>
  page.evaluate(() => {
    const seen = { ...window.large };
    Object.assign(window.large, { keys: [], pictures: [], long: [], changes: 0, most: 0 });
    return seen;
  });

/** For the record: on a busy machine a time says little, so none is asserted. */
const record = (what: string, milliseconds: readonly number[]): void => {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  const said = sorted.length === 0 ? 'none' : `${sorted.length}, median ${at(0.5)} ms, longest ${at(1)} ms`;
  test.info().annotations.push({ type: what, description: said });
  process.stdout.write(`    ${what}: ${said}\n`);
};

test('in a sheet of 200 cells of every kind, keys in the formula bar touch no cell, and the wheel draws only what is near', async ({
  page,
  site,
}) => {
  expect(sheet).toHaveLength(200);
  await openSheet(page, site, `${sheet.join('\n')}\n`);
  await settled(page, `${groups} cells in error`);
  await select(page, 'plain_0');
  await watch(page);

  await test.step('what watches for long tasks sees one', async () => {
    await page.evaluate(() => {
      setTimeout(() => {
        const start = performance.now();
        while (performance.now() - start < 60);
      });
    });
    await expect.poll(async () => (await noted(page)).long.length).toBeGreaterThan(0);
  });

  await test.step('a formula is written in the bar', async () => {
    const bar = page.getByRole('textbox', { name: 'formula', exact: true });
    await bar.click();
    await page.keyboard.press('End');
    await page.waitForTimeout(500);
    await noted(page);
    const formula = ' + gain_0 * (err_0.test + sqrt(both_0)';
    for (const [index, key] of Array.from(formula).entries()) {
      await page.keyboard.press(key);
      // Not `waitForFunction`: the policy of the page forbids the script that it leaves there.
      while (await page.evaluate((count) => window.large.keys.length <= count, index)) await page.waitForTimeout(1);
      // As fast as a person; what a key brings about later, as the list of completions, comes in between.
      await page.waitForTimeout(120);
    }
    await expect(bar).toHaveText(`0 + 0.5${formula})`);
    const { keys, pictures, long, changes, most } = await noted(page);
    record('keys in the formula bar, to the painted frame', keys);
    record('keys in the formula bar, to the picture where 16 ms or more', pictures);
    record('tasks above 50 ms while typing', long);
    expect(keys).toHaveLength(formula.length);
    // Nothing is drawn anew, let alone computed, before the formula is kept.
    expect(changes).toBe(0);
    expect(most).toBeLessThan(nearby);
  });

  await test.step('kept, it changes what depends on it', async () => {
    const before = await cell(page, 'sum_0').locator('.body').innerText();
    await page.keyboard.press('Enter');
    await expect(cell(page, 'plain_0')).not.toContainText('0.5');
    await expect(cell(page, 'sum_0').locator('.body')).not.toHaveText(before);
    await settled(page, `${groups} cells in error`);
  });

  await test.step('the wheel goes through all of it and back', async () => {
    const box = await page.getByRole('grid').boundingBox();
    if (!box) throw new Error('the grid has no box');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await noted(page);
    /** Turns until the end is reached: a busy machine answers a turn late. */
    const roll = async (by: number): Promise<void> => {
      const atEnd = (): Promise<boolean> =>
        page
          .getByRole('grid')
          .evaluate((grid, down) => (down ? grid.scrollTop + grid.clientHeight > grid.scrollHeight - 2 : grid.scrollTop === 0), by > 0);
      while (!(await atEnd())) {
        await page.mouse.wheel(0, by);
        await page.waitForTimeout(80);
      }
    };
    await roll(240);
    await expect(cell(page, `root_${groups - 1}`)).toBeInViewport();
    await expect(cell(page, `root_${groups - 1}`).locator('.body')).toContainText(/\d/);
    await expect(cell(page, 'plain_0')).toHaveCount(0);
    // Back, faster than anything can be drawn on the way.
    await roll(-1200);
    await expect(cell(page, 'plain_0')).toBeInViewport();
    const { long, most } = await noted(page);
    record('tasks above 50 ms while scrolling', long);
    expect(most).toBeLessThan(nearby);
  });
});

const cells = 10_000;
/** All cells but the last. */
const rest = Array.from({ length: cells - 1 }, (_, i) => `a${i}`).join(', ');
/** Ten thousand cells of a kind each, and what the page says when it is done. */
const many: readonly (readonly [what: string, line: (index: number) => string, said: string])[] = [
  ['broken lines', () => '= (', `${cells} cells in error`],
  ['one cell that takes all others', (i) => (i < cells - 1 ? `a${i} = ${i}` : `all = max(${rest})`), 'all cells computed'],
  ['one cell that all others take', (i) => (i === 0 ? 'a = 1' : `b${i} = a + ${i}`), 'all cells computed'],
];

for (const [what, line, said] of many)
  test(`a link to ${cells} cells, ${what}, opens with what is in the window`, async ({ page, site }) => {
    await page.addInitScript(() => {
      const seen = { keys: [], pictures: [], long: [] as number[], changes: 0, most: 0 };
      window.large = seen;
      new PerformanceObserver((list) => seen.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    });
    const began = Date.now();
    await openSheet(page, site, Array.from({ length: cells }, (_, i) => line(i)).join('\n'));
    record(`${what}: first cells`, [Date.now() - began]);
    await settled(page, said);
    record(`${what}: all of it`, [Date.now() - began]);
    record(`${what}: tasks above 50 ms`, (await noted(page)).long);
    // What is drawn is what is near the window, whatever the sheet holds.
    expect(await page.locator('[data-key]').count()).toBeLessThan(120);
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(2500);
  });

test('the outline of ten thousand cells holds those in its window, and the keyboard reaches all of them', async ({ page, site }) => {
  await openSheet(page, site, Array.from({ length: cells }, (_, i) => `n${i} = ${i}`).join('\n'));
  await settled(page);
  await page.getByRole('button', { name: 'Outline' }).click();
  const outline = page.getByRole('navigation', { name: 'outline' });
  await expect(outline.getByRole('button', { name: /^n0 / })).toBeFocused();
  expect(await outline.getByRole('button').count()).toBeLessThan(100);
  await page.keyboard.press('End');
  await expect(outline.getByRole('button', { name: /^n9999 / })).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(outline.getByRole('button', { name: /^n9998 / })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cell(page, 'n9998')).toBeFocused();
  expect(await outline.getByRole('button').count()).toBeLessThan(100);
});
