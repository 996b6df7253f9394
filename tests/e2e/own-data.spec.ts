import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelsheet } from '../support/command-line';
import { cifarBatch } from '../support/pictures';
import type { Page } from '@playwright/test';
import { cell, computed, expect, expectKept, goOnWhenAsked, openSheet, settled, sharedLink, test } from './site';

const name = 'my_batch.bin';
const batch = cifarBatch(200);
const hash = createHash('sha256').update(batch).digest('hex');
const text = `# My pictures
pairs @A1:C3 = images("${name}", positive: [1, 2], negative: [8, 9], train: 24, test: 16, size: 8, sha256: "${hash}")
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

/** Drops the batch on the page, as a person does with a file of a folder. */
const drop = async (page: Page): Promise<void> => {
  const transfer = await page.evaluateHandle(
    ([file, base64]) => {
      const bytes = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
      const carried = new DataTransfer();
      carried.items.add(new File([bytes], file!, { type: 'application/octet-stream' }));
      return carried;
    },
    [name, Buffer.from(batch).toString('base64')],
  );
  const grid = page.getByRole('grid');
  await grid.dispatchEvent('dragenter', { dataTransfer: transfer });
  await grid.dispatchEvent('dragover', { dataTransfer: transfer });
  await grid.dispatchEvent('drop', { dataTransfer: transfer });
};

/** Thumbnails in colour, a kernel and a curve. */
const expectComputed = async (page: Page): Promise<void> => {
  for (const key of ['pairs', 'pre', 'err', 'curve']) await expect(cell(page, key)).toHaveAttribute('data-status', 'ok', computed);
  await settled(page);
  const canvas = cell(page, 'pairs').locator('canvas');
  await expect.poll(() => canvas.evaluate(coloured)).toBeGreaterThan(500);
  await expect(cell(page, 'pre').locator('canvas').first()).toBeVisible();
  await expect(cell(page, 'curve').locator('svg').first()).toBeVisible();
};

/** That the file is missed, by its name and its hash. */
const expectAskedFor = async (page: Page): Promise<void> => {
  await expect(cell(page, 'pairs')).toHaveAttribute('data-status', 'error', computed);
  await expect(page.getByText(`there is no file ${name} here`).first()).toContainText(hash);
};

/** The names that this browser keeps files under. */
const keptFiles = (page: Page): Promise<readonly IDBValidKey[]> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('the files cannot be read', { cause: request.error }));
      });
    // Opening it here would make an empty one.
    if (!(await indexedDB.databases()).some((each) => each.name === 'kernelsheet-files')) return [];
    const database = await done(indexedDB.open('kernelsheet-files'));
    const names = await done(database.transaction('names').objectStore('names').getAllKeys());
    database.close();
    return names;
  });

test('a CIFAR batch that is dropped is shown in colour and computed with, also after a reload, and given again elsewhere', async ({
  page,
  site,
  browser,
}) => {
  await openSheet(page, site, text);
  await expectAskedFor(page);
  await page.screenshot({ path: test.info().outputPath('asked.png') });
  await drop(page);
  await expectComputed(page);
  await page.screenshot({ path: test.info().outputPath('given.png') });
  await expectKept(page, name);
  await expect.poll(() => keptFiles(page)).toContain(name);
  await page.reload();
  await expectComputed(page);
  const link = await sharedLink(page);
  // Another browser, narrow and dark, has nothing but the link.
  const fresh = await browser.newContext({ viewport: { width: 480, height: 900 }, colorScheme: 'dark' });
  const other = await fresh.newPage();
  await goOnWhenAsked(other);
  await other.goto(link);
  await expectAskedFor(other);
  await other.screenshot({ path: test.info().outputPath('asked-elsewhere.png') });
  await drop(other);
  await expectComputed(other);
  await other.screenshot({ path: test.info().outputPath('given-elsewhere.png') });
  await fresh.close();
});

test('the same sheet runs on the command line beside its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kernelsheet-'));
  await writeFile(join(folder, name), batch);
  await writeFile(join(folder, 'own.ksheet'), text);
  const ended = await kernelsheet(['run', join(folder, 'own.ksheet'), '--backend', 'reference']);
  await rm(folder, { recursive: true });
  expect(ended.output).toMatch(/^pairs +images .* train 24, test 16, dimension 64$/m);
  expect(ended).toMatchObject({ status: 0 });
});
