import { cell, computed, expect, goOnWhenAsked, openSheet, select, sharedLink, test } from './site';

const sheet = (nets: string, width = 8) => `# Networks on the curve
delta  @A1 = range(0.1, 10, count: 2, scale: "log")
source @B1 = linear_task(dim: 8, train: 16, test: 20, seed: 1)
target @B2 = linear_task(like: source, alignment: 0.8, train: 8, test: 20, seed: 2)
pre    @C1 = source_kernel(source, theory: "lazy", activation: "erf", temperature: 0.1)
link   @C2 = coupling(pre, delta: delta)
err    @D1 = error(target_kernel(link, target))
nets   @D2 = networks(link, target, method: "gradient", width: ${width}, seeds: 3, ${nets})
figure @E1:G4 = plot(err.test, nets.test, x: delta)
`;

/** The numbers of the networks as the inspector has them. */
const numbers = async (page: Parameters<typeof select>[0]): Promise<string> => {
  await select(page, 'nets');
  const values = page.getByRole('complementary', { name: 'inspector' }).locator('section', { hasText: 'Values' });
  await expect(values).toBeVisible();
  return values.innerText();
};

test('networks are seen while they train, stop, go on to the same numbers, and stand as points on the curve of the theory', async ({
  page,
  site,
  browser,
}) => {
  // The page itself stops them when their curves are first seen: whoever looks from outside may be too late.
  await page.addInitScript(() => {
    const stopWhenSeen = new MutationObserver(() => {
      const cell = document.querySelector('[data-key="nets"]');
      const stop = cell?.querySelector<HTMLElement>('[aria-label="Stop nets"]');
      if (!stop || !cell?.querySelector('[aria-label*="errors of 6 networks"]')) return;
      stopWhenSeen.disconnect();
      stop.click();
    });
    stopWhenSeen.observe(document, { childList: true, subtree: true, attributes: true });
  });
  // So wide that they train for seconds: they must not have ended when they are stopped.
  await openSheet(page, site, sheet('time: 12, step: 0.001', 128));
  const nets = cell(page, 'nets');
  // The theory is there before the networks are, and their curves before their results.
  await expect(nets.getByRole('figure', { name: /errors of 6 networks/ })).toBeVisible(computed);
  await expect(nets.getByRole('button', { name: 'Compute nets' })).toBeVisible();
  await expect(nets.getByRole('figure', { name: /errors of 6 networks/ })).toBeVisible();
  await expect(cell(page, 'figure').locator('figcaption')).toHaveText('err.test');
  await nets.getByRole('button', { name: 'Compute nets' }).click();
  await expect(cell(page, 'figure').locator('figcaption')).toContainText('nets.test', computed);
  const stopped = await numbers(page);

  const other = await browser.newContext();
  const fresh = await other.newPage();
  await goOnWhenAsked(fresh);
  await fresh.goto(await sharedLink(page));
  await expect(cell(fresh, 'figure').locator('figcaption')).toContainText('nets.test', computed);
  expect(await numbers(fresh)).toBe(stopped);
  await other.close();
});

test('networks that have ended are trained longer, and their arrays saved', async ({ page, site }) => {
  await openSheet(page, site, sheet('time: 1'));
  const nets = cell(page, 'nets');
  const longer = nets.getByRole('button', { name: 'train longer' });
  await expect(longer).toBeVisible(computed);
  await select(page, 'nets');
  await longer.click();
  // The button goes when they train: the keyboard must not go with it.
  await expect(nets).toBeFocused();
  await expect(page.getByRole('textbox', { name: 'longer' })).toHaveValue('1');
  await expect(longer).toBeVisible(computed);
  await page.getByRole('button', { name: 'Prepare .npy files' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'w1.npy' }).click();
  expect((await saving).suggestedFilename()).toBe('nets.w1.npy');
});
