import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { cell, expect, expectClipboard, openSheet, select, settled, smallSheet, test } from './site';

const figured = `# Lines
# Three of them.
x @A1 = range(1, 3, count: 3)
y @B1 = x ^ 2
fig @A2:C4 = plot(y, x: x, title: "Squares < & >")
task @C1 = digits(positive: 0, negative: 1, train: 10, test: 40)
pre @D1 = source_kernel(task, theory: "lazy")
one @E1 = 0.5
`;

const saved = async (page: Page, button: string): Promise<{ name: string; bytes: Buffer }> => {
  const coming = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
};

test('a dropped table rides along in the link, and opens where it was never dropped', async ({ page, site, browser }) => {
  await openSheet(page, site, 't @A1 = table("points.csv", label: "y", test: 1)\n');
  await page.locator('input[type=file]').setInputFiles({
    name: 'points.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('a,b,y\n1,0,1\n0,1,-1\n1,1,1\n0.5,1,-1\n'),
  });
  await expect(cell(page, 't')).toHaveAttribute('data-status', 'ok');
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share' });
  await expect(dialog.getByRole('checkbox', { name: /points\.csv/ })).toBeChecked();
  await expect(dialog.getByRole('status')).toContainText('Link copied');
  const link = await dialog.getByRole('textbox', { name: 'link' }).inputValue();
  await expectClipboard(page, link);
  await expect(dialog).toContainText(`${link.length} characters`);
  const fresh = await browser.newContext();
  const other = await fresh.newPage();
  await other.goto(link);
  await expect(cell(other, 't')).toHaveAttribute('data-status', 'ok');
  await expect(cell(other, 't')).toContainText('points.csv');
  await fresh.close();
  // Without it the link is the sheet as it stands.
  await dialog.getByRole('checkbox', { name: /points\.csv/ }).uncheck();
  expect((await dialog.getByRole('textbox', { name: 'link' }).inputValue()).length).toBeLessThan(link.length);
});

test('a long link comes with a warning', async ({ page, site }) => {
  const noise = Array.from({ length: 2000 }, (_, i) => Math.sin(i).toString(36).slice(3, 8)).join(' ');
  await openSheet(page, site, `${smallSheet}note @A3 = "${noise}"\n`);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog')).toContainText('send the file instead');
});

test('the frame to embed shows the sheet without bars, and leads to it', async ({ page, site }) => {
  await openSheet(page, site, smallSheet);
  await page.getByRole('button', { name: 'Share' }).click();
  const frame = await page.getByRole('textbox', { name: 'In another page' }).inputValue();
  // A page of the same machine: browsers keep others from what is served there.
  await page.goto(`${site}/docs`);
  await page.setContent(`<!doctype html><html lang="en"><title>A blog</title><link rel="icon" href="data:,">${frame}</html>`);
  const inside = page.frameLocator('iframe');
  await expect(inside.locator('[data-key="c"]')).toContainText('7');
  await expect(inside.getByRole('toolbar')).toHaveCount(0);
  await inside.getByRole('slider', { name: 'a', exact: true }).fill('9');
  await expect(inside.locator('[data-key="c"]')).not.toContainText('7');
  expect(await inside.getByRole('link', { name: 'Open in Kernelsheet' }).getAttribute('href')).toMatch(/\/#1/);
});

test('a figure is saved as SVG and PNG with title and caption, and stands alone', async ({ page, site }) => {
  await openSheet(page, site, figured);
  await settled(page);
  await select(page, 'fig');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('textbox', { name: 'Caption' }).fill('As it should be.');
  const { name, bytes } = await saved(page, 'SVG');
  expect(name).toBe('fig.svg');
  const svg = bytes.toString('utf8');
  expect(svg).toContain('Squares &lt; &amp; &gt;');
  expect(svg).toContain('As it should be.');
  expect(svg).not.toMatch(/var\(|light-dark|class="/);
  const drawn = await page.evaluate(async (text) => {
    const image = new Image();
    image.src = `data:image/svg+xml;utf8,${encodeURIComponent(text)}`;
    await image.decode();
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      width: image.naturalWidth,
      errors: parsed.querySelectorAll('parsererror').length,
      curves: parsed.querySelectorAll('path').length,
    };
  }, svg);
  expect(drawn).toMatchObject({ width: 720, errors: 0 });
  expect(drawn.curves).toBeGreaterThan(0);
  const png = await saved(page, 'PNG');
  expect(png.name).toBe('fig.png');
  expect([...png.bytes.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  expect(png.bytes.readUInt32BE(16)).toBe(1440);
});

test('in a saved figure the names have the colours of their curves and points, and an axis of words its words', async ({ page, site }) => {
  await openSheet(
    page,
    site,
    `task @A1 = linear_task(dim: 3, train: 8, test: 8)
pre @B1 = source_kernel(task, theory: each("lazy", "bayes"), temperature: 0.1, particles: 32)
words @C1:D4 = plot(error(pre).test)
link @A2 = coupling(source_kernel(task, theory: "lazy", temperature: 0.1), delta: delta)
delta @E1 = each(0.1, 1, 10)
err @A3 = error(target_kernel(link, task))
nets @B3 = networks(link, task, method: "gradient", width: each(4, 8), seeds: 3, time: 0.5)
lines @C5:D8 = plot(err.test, nets.test, x: delta)
`,
  );
  await settled(page);
  /** Colours beside the names, colours of the curves and full points of the drawing in their order, and words of the axis. */
  const look = async (key: string): Promise<{ named: string[]; drawn: string[]; words: string[] }> => {
    await select(page, key);
    await page.getByRole('button', { name: 'Export' }).click();
    const { bytes } = await saved(page, 'SVG');
    await page.keyboard.press('Escape');
    return page.evaluate((text) => {
      const { documentElement: figure } = new DOMParser().parseFromString(text, 'image/svg+xml');
      const colour = (element: Element): string => {
        const fill = element.getAttribute('fill') ?? 'none';
        return element.localName === 'circle' && fill !== 'none' ? fill : (element.getAttribute('stroke') ?? '');
      };
      const beside = [...figure.children].filter(({ localName }) => localName === 'line' || localName === 'circle');
      const parts = [...figure.querySelectorAll('g path[stroke-width="2.25px"], g circle[r="3.5"]')];
      return {
        named: beside.map(colour),
        drawn: [...new Set(parts.map(colour))],
        words: [...figure.querySelectorAll('g text')].map(({ textContent }) => textContent),
      };
    }, bytes.toString('utf8'));
  };
  const { named, drawn } = await look('lines');
  expect(named).toHaveLength(3);
  expect(named).toEqual(drawn);
  expect((await look('words')).words).toEqual(expect.arrayContaining(['lazy', 'bayes', 'theory']));
});

test('the numbers of a cell are saved as CSV, JSON and NPY, and copied as Markdown and TeX', async ({ page, site }) => {
  await openSheet(page, site, figured);
  await settled(page);
  await select(page, 'y');
  await page.getByRole('button', { name: 'Export' }).click();
  expect((await saved(page, 'CSV')).bytes.toString()).toBe('x,value\n1,1\n2,4\n3,9\n');
  expect(JSON.parse((await saved(page, 'JSON')).bytes.toString())).toMatchObject({
    axes: [{ name: 'x', values: [1, 2, 3] }],
    fields: { value: [1, 4, 9] },
  });
  const array = await saved(page, 'value.npy');
  expect(array.bytes.toString('latin1')).toContain("'shape': (3,)");
  expect([...new Float64Array(new Uint8Array(array.bytes.subarray(-24)).buffer)]).toEqual([1, 4, 9]);
  await page.getByRole('button', { name: 'Copy as Markdown' }).click();
  await expect(page.getByRole('dialog').getByRole('status')).toHaveText('Markdown copied');
  await expectClipboard(page, '| x | value |\n| ---: | ---: |\n| 1 | 1 |\n| 2 | 4 |\n| 3 | 9 |\n');
  await page.getByRole('combobox', { name: 'Cell' }).selectOption('one');
  await page.getByRole('button', { name: 'Copy as TeX' }).click();
  await expect(page.getByRole('dialog').getByRole('status')).toHaveText('TeX copied');
  await expectClipboard(page, '$0.5$');
  await page.getByRole('combobox', { name: 'Cell' }).selectOption('pre');
  expect((await saved(page, 'matrix.npy')).bytes.toString('latin1')).toContain("'shape': (10, 10)");
});
