import { lstat, mkdtemp, open, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { prepareFolder, writeWhole } from '../../../src/cli/whole-file';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whole-'));
});

test('a file is replaced as a whole, and nothing is left beside it', async () => {
  const file = join(folder, 'a.json');
  await writeFile(file, 'old');
  await writeWhole(file, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('what cannot be written leaves the old file and no other', async () => {
  const inside = join(folder, 'missing', 'a.json');
  await expect(writeWhole(inside, 'x')).rejects.toThrow(`${inside}: cannot be written`);
  // A folder stands where the file should be.
  await expect(writeWhole(folder, 'x')).rejects.toThrow(/cannot be written/);
  expect(await readdir(folder)).toEqual([]);
});

test('through a link the file it leads to is replaced as a whole: who has the old one open still reads it', async () => {
  const file = join(folder, 'a');
  const link = join(folder, 'link');
  await writeFile(file, 'old');
  await symlink('a', link);
  const old = await open(file);
  await writeWhole(link, 'new');
  expect(await old.readFile('utf8')).toBe('old');
  await old.close();
  expect(await readFile(file, 'utf8')).toBe('new');
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

test('what is no plain file is written as it is', async () => {
  const file = join(folder, 'a');
  const link = join(folder, 'link');
  await writeFile(file, 'old');
  await symlink(file, link);
  await writeWhole(link, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect((await readdir(folder)).sort()).toEqual(['a', 'link']);
});

test('a folder is tried before anything is computed', async () => {
  await prepareFolder('--csv', join(folder, 'deep', 'er'));
  expect(await readdir(join(folder, 'deep', 'er'))).toEqual([]);
  await writeFile(join(folder, 'file'), '');
  await expect(prepareFolder('--csv', join(folder, 'file'))).rejects.toThrow(/^--csv: .*file cannot be made/);
  // Nobody can make files there, not even the superuser.
  await expect(prepareFolder('--npy', '/proc/self')).rejects.toThrow(/^--npy: no file can be written in/);
});
