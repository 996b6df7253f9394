import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../../../src/cli/sweep/journal';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernelsheet-journal-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const origin = { program: '1.0.0', backend: 'cpu', adapter: 'double precision' } as const;

describe('Journal', () => {
  it('gives back the records that were added', async () => {
    const records = [1, 2].map((value) => ({ key: `k${value}`, node: 'a', kind: 'error', milliseconds: 1, value }));
    const first = await Journal.open(at('journal'), origin);
    for (const record of records) first.add(record);
    first.close();
    const second = await Journal.open(at('journal'), origin);
    second.close();
    expect([second.records, second.damaged]).toEqual([records, 0]);
  });

  it('does not write over a file that is something else, reads no device, and does not mix engines or versions', async () => {
    writeFileSync(at('notes.txt'), 'my notes\n');
    await expect(Journal.open(at('notes.txt'), origin)).rejects.toThrow('is not a file of kept points');
    expect(readFileSync(at('notes.txt'), 'utf8')).toBe('my notes\n');
    await expect(Journal.open('/dev/zero', origin)).rejects.toThrow('is not an ordinary file');
    (await Journal.open(at('own'), origin)).close();
    for (const other of [
      { ...origin, backend: 'reference' as const },
      { ...origin, program: '1.0.1' },
    ])
      await expect(Journal.open(at('own'), other)).rejects.toThrow(
        /holds points computed by kernelsheet 1.0.0 on cpu .*; name another file/,
      );
  });
});
