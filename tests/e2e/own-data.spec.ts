import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelsheet } from '../support/command-line';
import { cifarBatch } from '../support/pictures';
import { cell, expect, expectKept, openSheet, settled, sharedLink, test } from './site';

const batch = cifarBatch(200);
const hash = createHash('sha256').update(batch).digest('hex');
const text = `# My pictures
pairs @A1:C3 = images("my_batch.bin", positive: [1, 2], negative: [8, 9], train: 24, test: 16, size: 8, sha256: "${hash}")
pre   @D1:F3 = source_kernel(pairs, theory: "lazy", activation: "erf", temperature: each(0.01, 0.1, 1))
err   @A4 = error(pre)
curve @B4:E6 = plot(err.test, scale: "log")
`;

/** Pixels of a canvas whose red, green and blue are not all alike. */
const coloured = (canvas: HTMLCanvasElement): number => {
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (Math.abs(data[at]! - data[at + 2]!) > 12) count += 1;
  return count;
};

test('a CIFAR batch is shown in colour and computed with, kept over a reload, and asked for by name and hash elsewhere', async ({
  page,
  site,
  browser,
}) => {
  await openSheet(page, site, text);
  await expect(cell(page, 'pairs')).toHaveAttribute('data-status', 'error');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'my_batch.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(batch) });
  const good = async (): Promise<void> => {
    for (const key of ['pairs', 'pre', 'err', 'curve']) await expect(cell(page, key)).toHaveAttribute('data-status', 'ok');
    await settled(page);
    const canvas = cell(page, 'pairs').locator('canvas');
    await expect.poll(() => canvas.evaluate(coloured)).toBeGreaterThan(500);
    await expect(cell(page, 'curve').locator('svg').first()).toBeVisible();
  };
  await good();
  await page.screenshot({ path: test.info().outputPath('own-data.png') });
  await expectKept(page, 'my_batch.bin');
  await page.reload();
  await good();
  const link = await sharedLink(page);
  const fresh = await browser.newContext();
  const other = await fresh.newPage();
  await other.goto(link);
  await expect(cell(other, 'pairs')).toHaveAttribute('data-status', 'error');
  await expect(other.getByText(`there is no file my_batch.bin here`).first()).toContainText(hash);
  await fresh.close();
});

test('the same sheet runs on the command line beside its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kernelsheet-'));
  await writeFile(join(folder, 'my_batch.bin'), batch);
  await writeFile(join(folder, 'own.ksheet'), text);
  const ended = await kernelsheet(['run', join(folder, 'own.ksheet'), '--backend', 'reference']);
  await rm(folder, { recursive: true });
  expect(ended.output).toMatch(/^pairs +images .* train 24, test 16, dimension 64$/m);
  expect(ended).toMatchObject({ status: 0 });
});
