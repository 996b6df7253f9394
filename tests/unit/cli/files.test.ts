import { gzipSync } from 'fflate';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pending } from '$lib/base/pending';
import { Problem } from '$lib/base/problem';
import { wholeFile, type ByteFile } from '$lib/data/byte-file';
import { openSlices } from '$lib/data/formats/unpack';
import { parse } from '$lib/sheet/parse';
import { encodeShare } from '$lib/sheet/share';
import { namedFiles, possibleFiles } from '$lib/sheet/possible-files';
import { openDisk } from '../../../src/cli/disk-file';
import { readNamedFiles } from '../../../src/cli/named-files';
import { NodeFiles } from '../../../src/cli/node-files';
import { readSheetSource } from '../../../src/cli/sheet-source';

let folder: string;

const text = async (file: Promise<ByteFile>): Promise<string> => new TextDecoder().decode(await wholeFile(await file));

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

  test('are told from other texts where only a file can stand', () => {
    expect(namedFiles(sheet)).toEqual(['a.csv', 'none.csv']);
    const pictures = 'i = images(["a.bin", "b.bin.gz"], positive: "cat", negative: 1, labels: "01", test: "c.bin", array: "x")';
    expect(namedFiles(parse(pictures))).toEqual(['a.bin', 'b.bin.gz', 'c.bin']);
    expect(namedFiles(parse('i = images(images: "train-images-idx3-ubyte", labels: "train-labels", positive: 1, negative: 2)'))).toEqual([
      'train-images-idx3-ubyte',
      'train-labels',
    ]);
    expect(namedFiles(parse('i = images("a.npz", labels: "y_train", positive: 1, negative: 2)'))).toEqual(['a.npz']);
    for (const none of [
      'i = images("mnist", positive: 1, negative: 2)',
      't = table("https://x.org/a.csv", label: "y")',
      'x = choice("a.csv", ["a.csv"])',
    ])
      expect(namedFiles(parse(none))).toEqual([]);
  });

  test('are read where they are files, relative to the sheet; a link has none', async () => {
    expect([...(await readNamedFiles(sheet, folder)).keys()]).toEqual(['a.csv', 'b.csv']);
    expect((await readNamedFiles(sheet, undefined)).size).toBe(0);
  });
});

describe('a sheet reads nothing outside its folder', () => {
  let home: string;
  let other: string;
  beforeAll(async () => {
    [home, other] = [join(folder, 'home'), join(folder, 'other')];
    await mkdir(join(home, 'in'), { recursive: true });
    await mkdir(other);
    await mkdir(join(folder, 'home-of-another'));
    await writeFile(join(home, 'in/own.csv'), 'own');
    await writeFile(join(home, '..own.csv'), 'dots');
    await writeFile(join(other, 'secret.csv'), 'secret');
    await writeFile(join(folder, 'home-of-another/secret.csv'), 'secret');
    await symlink(join(other, 'secret.csv'), join(home, 'link.csv'));
    await symlink(other, join(home, 'way'));
    await symlink('in/own.csv', join(home, 'inner.csv'));
    await writeFile(join(home, 'large.csv'), '');
    await truncate(join(home, 'large.csv'), 257 * 2 ** 20);
    execFileSync('mkfifo', [join(home, 'pipe.csv')]);
  });

  const read = async (name: string, allowed: readonly string[] = []): Promise<unknown> => {
    const sheet = parse(`t = table(${JSON.stringify(name)}, label: "")`);
    const content = (await readNamedFiles(sheet, home, allowed)).get(name);
    return content instanceof Uint8Array ? new TextDecoder().decode(content) : content && 'refused' in content ? content.refused : content;
  };
  const outside = /^lies outside the sheet's folder; allow it with --allow-read DIR$/;

  test('but its own files, through links that stay inside too', async () => {
    for (const name of ['in/own.csv', './in/../in/own.csv', 'inner.csv']) expect(await read(name)).toBe('own');
    expect(await read(join(home, 'in/own.csv'))).toBe('own');
    expect(await read('..own.csv')).toBe('dots');
  });

  test('neither by .., nor by an absolute path, nor by a link, nor a folder of a longer name', async () => {
    const ways = [
      '../other/secret.csv',
      'in/../../other/secret.csv',
      '../home-of-another/secret.csv',
      '/etc/passwd',
      'link.csv',
      'way/secret.csv',
    ];
    for (const name of [...ways, join(other, 'secret.csv'), '../other/none.csv']) expect(await read(name), name).toMatch(outside);
  });

  test('nor by an address of a file', async () => {
    for (const name of ['file:///etc/passwd', 'FILE:/etc/passwd', `file:${other}/secret.csv`])
      expect(await read(name), name).toContain('file: URL');
  });

  test('unless a folder is allowed, and then that one only', async () => {
    expect(await read('../other/secret.csv', [other])).toBe('secret');
    expect(await read('link.csv', [join(folder, 'none'), other])).toBe('secret');
    expect(await read('../home-of-another/secret.csv', [other])).toMatch(outside);
  });

  test('and no pipe, device or file that is too large', async () => {
    expect(await read('pipe.csv')).toBe('is a device or a pipe, not an ordinary file');
    expect(await read('../../../../../../dev/zero', ['/dev'])).toMatch(/device or a pipe|lies outside/);
    expect(await read('/dev/zero', ['/dev'])).toBe('is a device or a pipe, not an ordinary file');
    expect(await read('large.csv')).toBe('is 257.0 MiB large, at most 256 MiB can be read');
  });

  test('and says so in the cell', async () => {
    const files = new NodeFiles(join(folder, 'product'));
    files.add('../a.csv', { refused: "lies outside the sheet's folder; allow it with --allow-read DIR" });
    expect(await problem(() => files.open('../a.csv', new AbortController().signal))).toBe(
      "file: ../a.csv lies outside the sheet's folder; allow it with --allow-read DIR",
    );
  });
});

describe('files of the command line', () => {
  const never = new AbortController().signal;

  test('are got from no other host before it is allowed', async () => {
    const files = new NodeFiles(join(folder, 'product'));
    const words = await problem(() => files.open('https://data.invalid/a.csv', never));
    expect(words).toBe('file: https://data.invalid/a.csv is on another host, data.invalid, which is asked only when you allow it');
    files.allow('data.invalid');
    await expect(files.open('https://data.invalid/a.csv', never)).rejects.toThrow(Pending);
    files.keep('');
  });

  test('are the embedded ones and those named, and no others', async () => {
    const files = new NodeFiles(join(folder, 'product'));
    files.add('a.csv', new TextEncoder().encode('1'));
    expect(await text(files.open('asset:data/x.idx.gz', never))).toBe('asset');
    expect(await text(files.open('a.csv', never))).toBe('1');
    expect(await problem(() => files.open(join(folder, 'b.csv'), never))).toContain('there is no file');
    expect(await problem(() => files.open('asset:../../b.csv', never))).toContain('there is no file');
  });
});

describe('a file on the disk that is open', () => {
  const near = async (flags: string, name: string): Promise<{ readonly file: ByteFile; readonly close: () => Promise<void> }> => {
    const handle = await open(join(folder, name), flags);
    const { size, mtimeMs } = await handle.stat();
    return { file: openDisk({ descriptor: handle.fd, size, changed: mtimeMs }, name), close: () => handle.close() };
  };

  test('is read; an error of the system meanwhile is a problem that names it', async () => {
    const plain = await near('r', 'b.csv');
    expect(await text(Promise.resolve(plain.file))).toBe('b');
    await plain.close();
    expect(await problem(() => plain.file.read(0, 1))).toBe('file: b.csv can no longer be read (EBADF)');
    const dir = await near('r', 'sub');
    expect(await problem(() => dir.file.read(0, 1))).toBe('file: sub can no longer be read (EISDIR)');
    expect(await problem(() => openSlices(dir.file, 'sub', new AbortController().signal))).toBe('file: sub can no longer be read (EISDIR)');
    await dir.close();
  });

  test('is a gzip file that cannot be read to its end, and is not called damaged', async () => {
    await writeFile(
      join(folder, 'c.gz'),
      gzipSync(
        Uint8Array.from({ length: 2 ** 19 }, (_, at) => (at * at) >> 7),
        { level: 0 },
      ),
    );
    const packed = await near('r', 'c.gz');
    let reads = 0;
    const file = {
      size: packed.file.size,
      read: async (from: number, to: number) => {
        if ((reads += 1) === 3) await packed.close();
        return packed.file.read(from, to);
      },
    };
    expect(await problem(() => openSlices(file, 'c.gz', new AbortController().signal))).toBe('file: c.gz can no longer be read (EBADF)');
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
