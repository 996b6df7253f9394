import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { kernelsheet } from '../support/command-line';
import { cell, expect, openSheet, select, settled, test, useEngine } from './site';

/** 6 × 3 points, and a kernel that no axis touches. */
const sheet = `# Six draws
draw @A1 = range(1, 6, count: 6)
delta @B1 = each(0.1, 1, 10)
source @C1 = linear_task(dim: 4, train: 6, test: 5, seed: 1)
kept @D1 = slider(0.8, min: 0.1, max: 0.9, step: 0.1)
target @E1 = linear_task(like: source, alignment: kept, train: 5, test: 5, seed: draw)
pre @A2 = source_kernel(source, theory: "lazy", activation: "erf", temperature: 0.1)
link @B2 = coupling(pre, delta: delta)
post @C2 = target_kernel(link, target)
err @D2 = error(post)
first @E2 = err.test[draw: 1, delta: 1]
fig @A3:B5 = plot(err.test, x: delta)
heat @C3 = slider(0.3, min: 0.1, max: 0.9, step: 0.1)
other @D3 = source_kernel(source, theory: "lazy", activation: "erf", temperature: heat)
apart @E3 = error(other)
alone @C4 = apart.test
`;

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelsheet-elsewhere-'));
});

test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const open = async (page: Page, site: string, text = sheet, said?: string): Promise<void> => {
  await useEngine(page, 'cpu');
  await openSheet(page, site, text);
  await settled(page, said);
};

/** Unpacks a `.zip` file into the folder. */
const unpack = async (bytes: Uint8Array): Promise<void> => {
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    await mkdir(at(name.endsWith('/') ? name : dirname(name)), { recursive: true });
    if (!name.endsWith('/')) await writeFile(at(name), content);
  }
};

const drop = async (page: Page, file: string, text: string): Promise<void> => {
  const transfer = await page.evaluateHandle(
    ([name, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], name, { type: 'application/json' }));
      return data;
    },
    [file, text] as const,
  );
  await page.locator('.app').dispatchEvent('drop', { dataTransfer: transfer });
};

test('a cell with axes runs elsewhere: the folder of the command line as a zip, whose results fill the cells', async ({ page, site }) => {
  await open(page, site);
  await select(page, 'err');
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Run elsewhere' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run elsewhere' });
  await expect(dialog.getByRole('checkbox', { name: 'draw' })).toBeChecked();
  await expect(dialog.getByRole('checkbox', { name: 'delta' })).not.toBeChecked();
  await dialog.getByRole('spinbutton', { name: 'Tasks' }).fill('0');
  await expect(dialog.getByRole('alert')).toContainText('whole number');
  await dialog.getByRole('spinbutton', { name: 'Tasks' }).fill('3');
  await dialog.getByRole('spinbutton', { name: 'At once' }).fill('2');
  await dialog.getByRole('textbox', { name: 'Options of sbatch' }).fill('array=1');
  await expect(dialog.getByRole('alert')).toContainText('array is set by the sweep itself');
  await dialog.getByRole('textbox', { name: 'Options of sbatch' }).fill('time=01:00:00');
  // What is repeated is counted before.
  await expect(dialog.getByLabel('work')).toContainText(/3 tasks.*pre \(source_kernel\): 1 of the sheet, 3 by all tasks/s);
  const coming = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save six-draws-sweep.zip' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('six-draws-sweep.zip');
  await unpack(new Uint8Array(await readFile(await download.path())));
  await page.keyboard.press('Escape');

  // File by file it is what the command line writes of the same sheet.
  await writeFile(at('sheet.ksheet'), await readFile(at('six-draws-sweep', 'sheet.ksheet')));
  const cut = ['--over', 'draw', '--chunks', '3', '--at-most', '2', '--slurm', 'time=01:00:00'];
  expect(await kernelsheet(['sweep', at('sheet.ksheet'), ...cut, '--out', at('made')])).toMatchObject({ status: 0 });
  const names = (await readdir(at('made'))).sort();
  expect((await readdir(at('six-draws-sweep'))).sort()).toEqual(names);
  for (const name of names.filter((each) => !['parts', 'logs'].includes(each)))
    expect({ name, text: await readFile(at('six-draws-sweep', name), 'utf8') }).toEqual({
      name,
      text: await readFile(at('made', name), 'utf8'),
    });

  expect(await kernelsheet(['sweep', 'run', at('six-draws-sweep'), '--all', '--threads', '1'])).toMatchObject({ status: 0 });
  expect(await kernelsheet(['sweep', 'gather', at('six-draws-sweep'), '--json', at('all.json'), '--threads', '1'])).toMatchObject({
    status: 0,
  });
  // The cells are there already: all fits.
  await drop(page, 'all.json', await readFile(at('all.json'), 'utf8'));
  await expect(page.locator('.notices')).toContainText(/all of its \d+ points are used/);
});

test('what the folder lacks is said before, and the engine of its tasks is chosen', async ({ page, site }) => {
  await open(page, site, 'draw @A1 = range(1, 4, count: 4)\nmine @B1 = table("mine.csv", label: "y", test: draw)\n', '1 cell in error');
  await select(page, 'draw');
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Run elsewhere' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run elsewhere' });
  await expect(dialog.getByLabel('work')).toContainText('The file mine.csv is not here');
  await dialog.getByRole('combobox', { name: 'Engine of the tasks' }).selectOption('webgpu');
  const coming = page.waitForEvent('download');
  await dialog.getByRole('button', { name: /^Save/ }).click();
  await unpack(new Uint8Array(await readFile(await (await coming).path())));
  const [name = ''] = await readdir(folder);
  expect(await readFile(at(name, 'run.sh'), 'utf8')).toContain('--backend webgpu');
  expect(await readFile(at(name, 'README.txt'), 'utf8')).toContain('The file mine.csv is not here');
});

interface Results {
  readonly points: { readonly node: string; readonly value: { summary: { fields: Record<string, number> } } }[];
}

test('dropped results fill the cells, and after an edit only what depends on it is computed', async ({ page, site }) => {
  await writeFile(at('sheet.ksheet'), sheet);
  const call = (...words: string[]): Promise<unknown> => kernelsheet(['sweep', ...words]);
  expect(await call(at('sheet.ksheet'), '--over', 'draw', '--chunks', '2', '--out', at('made'))).toMatchObject({ status: 0 });
  expect(await call('run', at('made'), '--all', '--threads', '1')).toMatchObject({ status: 0 });
  expect(await call('gather', at('made'), '--json', at('all.json'), '--threads', '1')).toMatchObject({ status: 0 });
  // What no computation gives: what shows it was not computed here.
  const results = JSON.parse(await readFile(at('all.json'), 'utf8')) as Results;
  const marks = results.points.filter(({ node }) => node === 'err' || node === 'apart');
  for (const { value } of marks) value.summary.fields['test'] = 1234;
  expect(marks.length).toBe(19);
  const marked = JSON.stringify(results);

  // A page that has computed nothing of it.
  await open(page, site, 'one @A1 = 1\n');
  await page.keyboard.press('F9');
  await page.locator('input[type=file]').setInputFiles({ name: 'six.ksheet', mimeType: 'text/plain', buffer: Buffer.from(sheet) });
  await expect(cell(page, 'first')).toBeVisible();
  await drop(page, 'all.json', marked);
  const notice = page.locator('.notices');
  await expect(notice).toContainText(/all of its \d+ points are used, computed on cpu/);
  await page.keyboard.press('F9');
  await settled(page);
  await expect(cell(page, 'first')).toContainText('1234');
  await expect(cell(page, 'alone')).toContainText('1234');

  // An edit that the sweep does not depend on: one kernel and its error are computed, the sweep is not.
  await page.getByRole('slider', { name: 'heat', exact: true }).fill('0.5');
  await expect(cell(page, 'alone')).not.toContainText('1234');
  await settled(page);
  await expect(cell(page, 'first')).toContainText('1234');
  await drop(page, 'all.json', marked);
  await expect(notice).toContainText(`${results.points.length - 2} of its ${results.points.length} points fit`);
  await expect(notice).toContainText('what has changed is computed here');

  // One that all its targets depend on.
  await page.getByRole('slider', { name: 'kept', exact: true }).fill('0.5');
  await expect(cell(page, 'first')).not.toContainText('1234');
  await settled(page);
  await drop(page, 'all.json', marked);
  const same = results.points.filter(({ node }) => node === 'pre' || node === 'link').length;
  await expect(notice).toContainText(`${same} of its ${results.points.length} points fit`);
});
