import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { parse } from '$lib/sheet/parse';
import { encodeShare } from '$lib/sheet/share';
import { possibleFiles, readNamedFiles } from '../../../src/cli/named-files';
import { NodeFiles } from '../../../src/cli/node-files';
import { readSheetSource } from '../../../src/cli/sheet-source';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelsheet-'));
  await mkdir(join(folder, 'sub'));
  await mkdir(join(folder, 'product/static/data'), { recursive: true });
  await writeFile(join(folder, 'product/static/data/x.idx.gz'), 'asset');
  await writeFile(join(folder, 'a.csv'), 'a');
  await writeFile(join(folder, 'b.csv'), 'b');
  await writeFile(join(folder, 'sheet.ksheet'), 'x = 1\n');
  await writeFile(join(folder, 'bytes.ksheet'), Uint8Array.from([0xff, 0xfe, 0x00]));
});
afterAll(() => rm(folder, { recursive: true }));

const problem = async (compute: () => Promise<unknown>): Promise<string> => {
  const error: unknown = await compute().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Problem) return error.message;
  throw new Error(`expected a Problem, got ${String(error)}`);
};

describe('the files that a sheet names', () => {
  const sheet = parse('t = table("a.csv", label: "y", test: "none.csv")\nfile = choice("b.csv", ["b.csv", "sub"])\nnote @A1 = "note.csv"');

  test('are texts of its formulas, where it reads a table', () => {
    expect(possibleFiles(sheet)).toEqual(['a.csv', 'y', 'none.csv', 'b.csv', 'sub']);
    expect(possibleFiles(parse('x = choice("a.csv", ["a.csv"])'))).toEqual([]);
    expect(possibleFiles(parse('x = table("https://x.org/a.csv", label: "y")'))).toEqual(['y']);
  });

  test('are read where they are files, relative to the sheet; a link has none', async () => {
    expect([...(await readNamedFiles(sheet, folder)).keys()]).toEqual(['a.csv', 'b.csv']);
    expect((await readNamedFiles(sheet, undefined)).size).toBe(0);
  });
});

describe('files of the command line', () => {
  const never = new AbortController().signal;

  test('are the embedded ones and those named, and no others', async () => {
    const files = new NodeFiles(join(folder, 'product'));
    files.add('a.csv', new TextEncoder().encode('1'));
    expect(new TextDecoder().decode(await files.read('asset:data/x.idx.gz', never))).toBe('asset');
    expect(new TextDecoder().decode(await files.read('a.csv', never))).toBe('1');
    expect(await problem(() => files.read(join(folder, 'b.csv'), never))).toContain('there is no file');
    expect(await problem(() => files.read('asset:../../b.csv', never))).toContain('there is no file');
  });
});

describe('the sheet', () => {
  test('is a file, and files are relative to it', async () => {
    expect(await readSheetSource(join(folder, 'sheet.ksheet'))).toEqual({ text: 'x = 1\n', folder });
  });

  test('is a share link, whole or from its # on', async () => {
    const fragment = encodeShare('y = 2');
    for (const link of [`https://example.org/#${fragment}`, `#${fragment}`]) {
      expect(await readSheetSource(link)).toEqual({ text: 'y = 2', folder: undefined });
    }
  });

  test('is a problem when it cannot be read', async () => {
    expect(await problem(() => readSheetSource(join(folder, 'none')))).toMatch(/none: cannot be read, there is no such file$/);
    expect(await problem(() => readSheetSource(folder))).toMatch(/cannot be read, it is a folder$/);
    expect(await problem(() => readSheetSource(join(folder, 'bytes.ksheet')))).toMatch(/it is not UTF-8 text$/);
    expect(await problem(() => readSheetSource('https://example.org/'))).toContain('is not a share link');
    expect(await problem(() => readSheetSource('#1abc'))).toContain('link: is damaged');
  });
});
