import { expect, openSheet, select, test } from './site';

const sheet = `# Kernels and numbers
task @A1:B3 = linear_task(dim: 8, train: 24, test: 20, noise: 0.1, scale: 1, seed: 1)
pre @C1:D3 = source_kernel(task, theory: "lazy", activation: "erf", temperature: 0.1)
err @E1:F3 = error(pre)
twice @G1:H3 = 2 * err.test
`;

test('the inspector lists the shaders that ran for a cell, how often and how long', async ({ page, site }) => {
  await openSheet(page, site, sheet);
  await expect(page.locator('[data-settled="true"]')).toBeVisible();
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
