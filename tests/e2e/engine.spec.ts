import type { Locator, Page } from '@playwright/test';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeShare } from '../../src/lib/sheet/share';
import { rulesFor, violationsOf } from './axe';
import { cell, expect, openSheet, select, settled, smallSheet, test, useEngine } from './site';

const sheet = `# Engines
# The same on each.
task @A1 = linear_task(dim: 6, train: 12, test: 40, noise: 0.1, scale: 1, seed: 1)
pre @B1 = source_kernel(task, theory: "lazy", activation: "erf", temperature: 0.1)
err @C1 = error(pre)
`;

const button = (page: Page): Locator => page.getByRole('button', { name: /^Engine: / });
const entry = (page: Page, name: string): Locator =>
  page.getByRole('menu', { name: 'engine' }).getByRole('menuitemradio', { name: new RegExp(`^${name}`) });

/** What `auto` is on the machine of the test: real GPUs compute by WebGPU, and all else on the processor. */
const automatic = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    const { vendor = '', architecture = '', description = '', isFallbackAdapter = true } = adapter?.info ?? {};
    const software = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${vendor} ${architecture} ${description}`);
    return software ? 'CPU' : 'WebGPU';
  });

/** The test error of the sheet, in all its digits. */
const testError = async (page: Page): Promise<number> => {
  await settled(page);
  await select(page, 'err');
  const row = page.getByRole('complementary', { name: 'inspector' }).locator('dl div', { hasText: /^test/ });
  return Number(await row.locator('dd').innerText());
};

test('the engine menu: every engine computes the sheet, the choice is remembered, and the keyboard reaches all of it', async ({
  page,
  site,
}) => {
  await openSheet(page, site, sheet);
  const usual = await automatic(page);
  await expect(button(page)).toHaveText(usual);
  const numbers = [await testError(page)];

  await test.step('the keyboard opens it at the choice, moves, and leaves', async () => {
    await button(page).focus();
    await page.keyboard.press('ArrowDown');
    await expect(entry(page, 'Automatic')).toBeFocused();
    await expect(entry(page, 'Automatic')).toHaveAttribute('aria-checked', 'true');
    await page.keyboard.press('ArrowUp');
    await expect(entry(page, 'Reference')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu', { name: 'engine' })).toHaveCount(0);
    await expect(button(page)).toBeFocused();
  });

  for (const [name, keys] of [
    ['Reference', ['End']],
    ['CPU', ['ArrowUp']],
    ['WebGPU', ['ArrowUp']],
  ] as const)
    await test.step(`${name} is chosen and computes the sheet`, async () => {
      await button(page).press('Enter');
      for (const key of keys) await page.keyboard.press(key);
      await page.keyboard.press('Enter');
      await expect(button(page)).toHaveText(name);
      numbers.push(await testError(page));
    });
  // 32-bit arithmetic, refined, agrees to four digits with double precision.
  for (const number of numbers) expect(Math.abs(number / (numbers[1] ?? NaN) - 1)).toBeLessThan(1e-4);

  await test.step('a reload keeps it, and Automatic forgets it', async () => {
    await page.reload();
    await expect(button(page)).toHaveText('WebGPU');
    await settled(page);
    await button(page).click();
    await expect(entry(page, 'WebGPU')).toHaveAttribute('aria-checked', 'true');
    await entry(page, 'Automatic').click();
    await expect(button(page)).toHaveText(usual);
    await settled(page);
    await page.reload();
    await expect(button(page)).toHaveText(usual);
    await settled(page);
  });
});

test('an engine chosen while another one computes takes over at once', async ({ page, site }) => {
  await useEngine(page, 'reference');
  // Minutes of work for the reference, and no sheet to wait for.
  await openSheet(
    page,
    site,
    `${smallSheet}d @A3 = digits(positive: 0, negative: 1, train: 150)
pre @B3 = source_kernel(d, theory: "bayes", activation: "tanh", gamma: 2, particles: 16384)
`,
  );
  await expect(cell(page, 'pre')).toHaveAttribute('data-status', 'computing');
  await button(page).click();
  await entry(page, 'CPU').click();
  await expect(button(page)).toHaveText('CPU');
  await expect(cell(page, 'c')).toHaveAttribute('data-status', 'ok');
  await expect(cell(page, 'pre')).toHaveAttribute('data-status', 'computing');
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`the engine menu is legible in ${colorScheme}, and fits a narrow page`, async ({ page, site }) => {
    await page.emulateMedia({ colorScheme });
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 740 });
      await openSheet(page, site, smallSheet);
      await settled(page);
      await button(page).click();
      expect(await violationsOf(page, rulesFor(colorScheme))).toEqual([]);
      for (const name of ['Automatic', 'WebGPU', 'CPU', 'Reference']) await expect(entry(page, name)).toBeInViewport({ ratio: 1 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.keyboard.press('Escape');
    }
  });

test('pages that are served may share memory among threads', async ({ page, site }) => {
  for (const path of ['/', '/gallery', '/docs/numerics', '/run']) {
    await page.goto(`${site}${path}`);
    expect(await page.evaluate(() => crossOriginIsolated), path).toBe(true);
  }
});

/** A page of another site, with these headers, that shows a sheet in a frame. */
const foreignPage = async (frame: string, headers: Record<string, string>): Promise<{ address: string; server: Server }> => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html', ...headers });
    response.end(
      `<!doctype html><html lang="en"><title>A blog</title><link rel="icon" href="data:,"><iframe title="sheet" width="800" height="400" src="${frame}"></iframe></html>`,
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // Another host than `localhost`, and so another site.
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
};

for (const [what, headers] of [
  ['that sends no headers', {}],
  ['that is isolated itself', { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }],
] as const)
  test(`a sheet in a frame of another site ${what} computes`, async ({ page, site }) => {
    const { address, server } = await foreignPage(`${site}/embed#${encodeShare(sheet)}`, headers);
    await page.goto(address);
    const inside = page.frameLocator('iframe');
    await expect(inside.locator('[data-key="err"]')).toHaveAttribute('data-status', 'ok');
    await expect(inside.locator('[data-settled="true"]')).toHaveText('all cells computed');
    server.closeAllConnections();
    server.close();
  });
