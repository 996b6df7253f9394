import type { Page } from '@playwright/test';
import { cell, computed, expect, openSheet, settled, test } from './site';
import { examine, type Look } from './views/examine';
import { drawings, everyView } from './views/sheet';

/*
 * Pictures of a software GPU and of fonts differ between machines, so no baseline of pixels is kept. What is asserted is what makes a
 * view bad on any machine; what it looks like here is attached to the report, to be looked at.
 */

/** The sheet settled, in a window in which all of it is drawn. */
const open = async (page: Page, site: string, text: string): Promise<void> => {
  await page.setViewportSize({ width: 1440, height: 3400 });
  await page.emulateMedia({ colorScheme: 'light' });
  await openSheet(page, site, text);
  await page.getByRole('button', { name: 'Inspector', exact: true }).click();
  await settled(page, '1 cell in error');
  // Views are asked for after their cell is done; a figure waits for the library that draws it.
  await expect.poll(async () => (await examine(page)).filter(isDrawn).length, computed).toBe(Object.keys(drawings).length);
  await page.evaluate(() => document.fonts.ready);
};
const isDrawn = ({ colours, curves, points }: Look): boolean => colours > 1 || curves > 0 || points > 0;

const attach = async (page: Page, name: string): Promise<void> => {
  const body = await page.getByRole('grid').screenshot();
  await test.info().attach(name, { body, contentType: 'image/png' });
};

const faultsOf = (looks: readonly Look[]): readonly string[] =>
  looks.flatMap(({ key, faults }) => faults.map((fault) => `${key}: ${fault}`));

test('every view is drawn, with its legend, and no text is cut off, covered or faint, in light and in dark', async ({ page, site }) => {
  await open(page, site, everyView);
  const light = await examine(page);
  await attach(page, 'views in light');

  await test.step('light', () => {
    expect(light).toHaveLength(everyView.split('\n').filter((line) => line.includes(' = ')).length);
    expect(faultsOf(light)).toEqual([]);
    expect(light.flatMap(({ shortened }) => shortened)).toEqual([]);
    for (const { key, colours, curves, points, keys } of light) {
      const wanted = drawings[key] ?? {};
      expect.soft(colours, `colours of ${key}`).toBeGreaterThanOrEqual(wanted.colours ?? 0);
      expect.soft(curves, `curves of ${key}`).toBe(wanted.curves ?? 0);
      if (wanted.points !== undefined) expect.soft(points, `points of ${key}`).toBe(wanted.points);
      expect.soft(keys, `legend of ${key}`).toEqual(wanted.keys ?? []);
    }
  });

  await test.step('a map names its rows and columns at their middles', async () => {
    const centres = (names: string): Promise<readonly number[]> =>
      cell(page, 'map').evaluate((map, selector) => {
        const frame = map.querySelector('.frame')!.getBoundingClientRect();
        return [...map.querySelectorAll(`${selector} span`)].map((one) => {
          const { left, top, width, height } = one.getBoundingClientRect();
          return selector === '.rows' ? (top + height / 2 - frame.top) / frame.height : (left + width / 2 - frame.left) / frame.width;
        });
      }, names);
    const middles = (count: number): readonly unknown[] =>
      Array.from({ length: count }, (_, index) => expect.closeTo((index + 0.5) / count, 2));
    expect(await centres('.rows')).toEqual(middles(4));
    expect(await centres('.columns')).toEqual(middles(5));
  });

  await test.step('dark: other colours at the same places', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const painted = light.filter(({ colours }) => colours > 0).map(({ key, pixels }) => ({ key, pixels }));
    // Pictures are painted anew, by the GPU, in the colours of the theme.
    const repainted = async (): Promise<readonly string[]> => {
      const looks = await examine(page);
      return painted.filter(({ key, pixels }) => looks.find((one) => one.key === key)?.pixels !== pixels).map(({ key }) => key);
    };
    await expect.poll(repainted, computed).toEqual(painted.map(({ key }) => key));
    const dark = await examine(page);
    await attach(page, 'views in dark');
    expect(faultsOf(dark)).toEqual([]);
    for (const [index, { key, boxes, curves, keys }] of dark.entries()) {
      expect.soft(boxes, `boxes of ${key}`).toEqual(light[index]?.boxes);
      expect.soft([curves, keys], `curves and legend of ${key}`).toEqual([light[index]?.curves, light[index]?.keys]);
    }
  });
});

test('in the narrowest columns no text is cut off or covered either', async ({ page, site }) => {
  await open(page, site, `# Narrow\n# columns: ${Array.from('ABCDEF', (letter) => `${letter} 150`).join(', ')}\n${everyView}`);
  await attach(page, 'narrow views');
  const looks = await examine(page);
  expect(faultsOf(looks)).toEqual([]);
  expect(looks.flatMap(({ shortened }) => shortened)).toEqual(['long_name_of_a_cell']);
});
