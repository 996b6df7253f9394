import { expect, openSheet, select, settled, test, useEngine } from './site';

// Of the linear kernel X Xᵀ / D in two dimensions, all but two eigenvalues are zero.
const flat = `task @A1:B3 = linear_task(dim: 2, train: 24, test: 20, noise: 0, scale: 1, seed: 1)
pre @C1:D3 = source_kernel(task, theory: "lazy", activation: "linear", temperature: each(0.1, 1))
some = 1
`;

const sheet = `# Kernels and numbers
task @A1:B3 = linear_task(dim: 8, train: 24, test: 20, noise: 0.1, scale: 1, seed: 1)
pre @C1:D3 = source_kernel(task, theory: "lazy", activation: "erf", temperature: 0.1)
err @E1:F3 = error(pre)
twice @G1:H3 = 2 * err.test
`;

test('the inspector lists the shaders that ran for a cell, how often and how long', async ({ page, site }) => {
  await useEngine(page, 'webgpu');
  await openSheet(page, site, sheet);
  await settled(page);
  const shaders = page.getByRole('region', { name: 'Shaders' });
  await select(page, 'pre');
  await expect(shaders.getByRole('row', { name: /nngp of a Gram matrix/ }).first()).toBeVisible();
  await select(page, 'err');
  await expect(shaders.getByRole('row', { name: /cholesky/ }).first()).toHaveText(/\d+ × *[\d.]+ ms/);
  await expect(shaders.getByRole('heading')).toHaveText(/on the device/);
  // Numbers are worked out without any.
  await select(page, 'twice');
  await expect(page.getByRole('complementary', { name: 'inspector' }).getByRole('heading', { name: 'twice' })).toBeVisible();
  await expect(shaders).toHaveCount(0);
  await select(page, 'err');
  await expect(shaders).toBeVisible();
});

test('the inspector draws the spectrum of a kernel, and in how few modes the labels lie', async ({ page, site }) => {
  await openSheet(page, site, flat);
  await settled(page);
  const spectrum = page.getByRole('region', { name: 'Spectrum' });
  await select(page, 'pre');
  await expect(spectrum.getByRole('heading')).toHaveText(/^Spectrum *24 modes$/);
  await expect(spectrum).toContainText(/half of the labels in\s*the first (mode|2 modes)/);
  const eigenvalues = spectrum.locator('polyline').last();
  expect((await eigenvalues.getAttribute('points'))?.split(' ')).toHaveLength(2);
  await spectrum.getByRole('slider').press('ArrowRight');
  await expect(spectrum).toContainText('= 1');
  await select(page, 'some');
  await expect(spectrum).toHaveCount(0);
});
