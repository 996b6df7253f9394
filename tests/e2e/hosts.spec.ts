import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeShare } from '../../src/lib/sheet/share';
import { kernelsheet } from '../support/command-line';
import { fileServer, smallTable, type FileServer } from '../support/file-server';
import { cell, expect, openSheet, settled, test } from './site';

let server: FileServer;
test.beforeEach(async () => {
  server = await fileServer((_, response) => void response.writeHead(200, { 'access-control-allow-origin': '*' }).end(smallTable));
});
test.afterEach(() => server.close());

const sheet = (): string => `t @A1:B3 = table("${server.url}/points.csv", label: "y", test: 1)
rows @C1 = t.train + 0
x @D1 = 6 * 7
`;

test('a sheet asks before it gets a file of another host; the answer is remembered, and nothing else waits', async ({ page, site }) => {
  await openSheet(page, site, sheet());
  await settled(page, '1 cell waiting to be allowed');
  await expect(cell(page, 'x')).toContainText('42');
  await expect(cell(page, 't')).toContainText('asked only when you allow it');
  await expect(cell(page, 'rows')).toContainText('waits for t');
  expect(server.asked).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('asks.png') });
  await page.getByRole('button', { name: `Allow ${server.host}` }).click();
  await expect(cell(page, 't')).toHaveAttribute('data-status', 'ok');
  await settled(page);
  expect(server.asked).toHaveLength(1);
  for (const name of ['cookie', 'referer', 'authorization']) expect(server.asked[0]?.headers[name]).toBeUndefined();
  await page.reload();
  await expect(cell(page, 't')).toHaveAttribute('data-status', 'ok');
});

test('an embed asks too', async ({ page, site }) => {
  await page.goto(`${site}/embed#${encodeShare(sheet())}`);
  await expect(cell(page, 'x')).toContainText('42');
  await settled(page, '1 cell waiting to be allowed');
  expect(server.asked).toEqual([]);
});

test('the command line asks no host that was not allowed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kernelsheet-'));
  const file = join(folder, 'sheet.ksheet');
  await writeFile(file, sheet());
  const words = ['--backend', 'reference'];
  for (const source of [file, `#${encodeShare(sheet())}`]) {
    const refused = await kernelsheet(['run', source, ...words]);
    expect(refused.status).toBe(1);
    expect(refused.output).toContain(`allow it with --allow-net ${server.host}`);
    expect(refused.output).toMatch(/^x .*42$/m);
  }
  expect(server.asked).toEqual([]);
  expect(await kernelsheet(['run', file, '--allow-net', server.host, ...words])).toMatchObject({ status: 0 });
  expect(server.asked).toHaveLength(1);
  await rm(folder, { recursive: true });
});
