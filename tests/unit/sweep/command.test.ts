import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelsheet } from '../../support/command-line';
import { cellsOf, sweepSheet } from '../../support/sweeps';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

/** The hash of a task's part. */
const hashOf = (sweep: string, task: number): string =>
  (JSON.parse(readFileSync(join(sweep, 'sweep.json'), 'utf8')) as { chunks: { hash: string }[] }).chunks[task]?.hash ?? '';

const make = (sheet: string, out: string, ...more: string[]): ReturnType<typeof kernelsheet> =>
  kernelsheet(['sweep', sheet, '--over', 'draw', '--out', out, ...(more.length > 0 ? more : ['--chunks', '3'])]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kernelsheet-sweep-'));
  writeFileSync(at('sheet.ksheet'), sweepSheet());
  const run = kernelsheet(['run', at('sheet.ksheet'), '--backend', 'cpu', '--threads', '1', '--json', at('whole.json')]);
  expect((await run).status).toBe(0);
  expect((await make(at('sheet.ksheet'), at('sweep'))).status).toBe(0);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('kernelsheet sweep', () => {
  it('computes nothing when it makes the folder, and will not write over one', async () => {
    expect(readdirSync(at('sweep', 'parts'))).toEqual([]);
    const again = await make(at('sheet.ksheet'), at('sweep'));
    expect(again).toMatchObject({ status: 2 });
    expect(again.errors).toContain('is not empty');
  });

  it.each([
    ['a cell that is no axis', ['--over', 'pre', '--chunks', '2'], '--over: pre must be a cell that is range(…) or each(…)'],
    ['a cell that is not there', ['--over', 'nothing', '--chunks', '2'], '--over: the sheet has no cell nothing'],
    ['no number of tasks', ['--over', 'draw'], 'expected --chunks'],
  ])('refuses %s', async (_, words, message) => {
    const refused = await kernelsheet(['sweep', at('sheet.ksheet'), '--out', at('none'), ...words]);
    expect(refused.status).toBe(2);
    expect(refused.errors).toContain(message);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('says what is missing, computes it in processes, and gathers to the output of the whole sheet, to the last bit', async () => {
    cpSync(at('sweep'), at('all'), { recursive: true });
    const early = await kernelsheet(['sweep', 'gather', at('all'), '--json', at('all.json')]);
    expect(early.status).toBe(1);
    expect(early.errors).toContain('task 1 (draw = 5, 6, 7, 8): not begun');
    expect(existsSync(at('all.json'))).toBe(false);

    expect(await kernelsheet(['sweep', 'run', at('all'), '--all', '--jobs', '2', '--threads', '1'])).toMatchObject({ status: 0 });
    expect(readdirSync(at('all', 'parts')).filter((name) => !/\.(json|npz)$/.test(name))).toEqual([]);
    const files = ['--json', at('all.json'), '--npz', at('all.npz'), '--parquet', at('all.parquet')];
    const gathered = await kernelsheet(['sweep', 'gather', at('all'), ...files]);
    expect(gathered.status).toBe(0);
    expect(gathered.errors).not.toContain('computed here');
    expect(cellsOf(at('all.json'))).toEqual(cellsOf(at('whole.json')));

    // Python reads them: axes are named, and values are where they belong.
    const script = `
import json, sys, numpy
whole = json.load(open(sys.argv[1]))["cells"]
z = numpy.load(sys.argv[2])
test = z["err.test"]
assert list(z["err.axes"]) == [axis["name"] for axis in whole["err"]["axes"]] == ["delta", "draw"]
assert test.shape == (5, 12) and test.ravel().tolist() == whole["err"]["fields"]["test"]
assert z["axis.delta"].tolist() == whole["delta"]["axes"][0]["values"]
assert bool(z["verdict.pass"])
try:
    import pandas
    table = pandas.read_parquet(sys.argv[3]).set_index(["delta", "draw"])
    import xarray
except ImportError:
    print("numpy")
else:
    array = table.to_xarray()["err.test"]
    assert array.dims == ("delta", "draw") and array.values.tolist() == test.tolist()
    print("xarray")
`;
    const read = spawnSync('python3', ['-c', script, at('whole.json'), at('all.npz'), at('all.parquet')], { encoding: 'utf8' });
    // A machine without Python or NumPy has nothing to read with.
    if (!read.error && !read.stderr.includes("No module named 'numpy'")) expect(read).toMatchObject({ status: 0, stderr: '' });
  });

  it('keeps to a chunk that another process has, and takes over one whose process is gone', async () => {
    cpSync(at('sweep'), at('locked'), { recursive: true });
    const lock = at('locked', 'parts', `${hashOf(at('locked'), 0)}.lock`);
    const holder = (pid: number): string =>
      `${JSON.stringify({ machine: spawnSync('hostname', { encoding: 'utf8' }).stdout.trim(), pid, job: '', since: 'now' })}\n`;
    writeFileSync(lock, holder(process.pid));
    const second = await kernelsheet(['sweep', 'run', at('locked'), '--task', '0']);
    expect(second.status).toBe(1);
    expect(second.errors).toContain(`task 0: is being computed by process ${process.pid} on `);
    expect(readFileSync(lock, 'utf8')).toBe(holder(process.pid));

    writeFileSync(lock, holder(2 ** 22 - 1));
    expect(await kernelsheet(['sweep', 'run', at('locked'), '--task', '0'])).toMatchObject({ status: 0 });
    expect(existsSync(lock)).toBe(false);
    const skipped = await kernelsheet(['sweep', 'run', at('locked'), '--task', '0']);
    expect(skipped.errors).toContain('task 0: is there already');

    // Damaged: gather says so, and its task computes it anew.
    const part = at('locked', 'parts', `${hashOf(at('locked'), 0)}.json`);
    const good = readFileSync(part, 'utf8');
    writeFileSync(part, good.replace('"milliseconds":', '"milliseconds": '));
    writeFileSync(at('locked', 'parts', '0123456789abcdef.json'), good);
    const gathered = await kernelsheet(['sweep', 'gather', at('locked')]);
    expect(gathered.errors).toMatch(/task 0 \(.*\): .*\.json: is damaged; remove it and run its task again/);
    expect(gathered.errors).toContain('parts/0123456789abcdef.json: is the part of another sheet, or of another version of it');
    expect(readFileSync(at('locked', 'parts', '0123456789abcdef.json'), 'utf8')).toBe(good);
    expect((await kernelsheet(['sweep', 'run', at('locked'), '--task', '0'])).errors).toContain('it is computed anew');

    // Of another version of the sheet, under the name of this one's.
    writeFileSync(
      part,
      readFileSync(part, 'utf8').replace(/^.*$/m, (head) => head),
    );
    cpSync(part, at('locked', 'parts', `${hashOf(at('locked'), 1)}.json`));
    const mixed = await kernelsheet(['sweep', 'gather', at('locked')]);
    expect(mixed.errors).toContain('is the part of another sheet, or of another version of it; remove it and run its task again');
  });

  it('says so when the sheet or a file of the folder was changed', async () => {
    cpSync(at('sweep'), at('changed'), { recursive: true });
    writeFileSync(at('changed', 'sheet.ksheet'), `${sweepSheet()}more = 1\n`);
    const changed = await kernelsheet(['sweep', 'run', at('changed'), '--task', '0']);
    expect(changed.status).toBe(2);
    expect(changed.errors).toContain('sheet.ksheet: was changed since the folder was made');
  });

  it.skipIf(!existsSync('/dev/full'))('says so when the disk is full, and leaves nothing half written', async () => {
    cpSync(at('sweep'), at('full'), { recursive: true });
    symlinkSync('/dev/full', at('full', 'parts', `${hashOf(at('full'), 0)}.journal`));
    const full = await kernelsheet(['sweep', 'run', at('full'), '--task', '0']);
    expect(full.status).toBe(2);
    expect(full.errors).toMatch(/\.journal: cannot be written, .*(ENOSPC|disk is full)/);
    expect(readdirSync(at('full', 'parts')).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('says so when no file can be written among the parts', async () => {
    cpSync(at('sweep'), at('readonly'), { recursive: true });
    rmSync(at('readonly', 'parts'), { recursive: true });
    writeFileSync(at('readonly', 'parts'), '');
    const refused = await kernelsheet(['sweep', 'run', at('readonly'), '--task', '0']);
    expect(refused.status).toBe(2);
    expect(refused.errors).toContain('parts: cannot be made, ');
  });

  it('records a point that fails with its message; the others go on, and all fail alike in the whole sheet', async () => {
    const sheet = sweepSheet()
      .replace('alignment: 0.8', 'alignment: 0.8 * (6.5 - draw) / abs(6.5 - draw) + 0.5')
      .replace('count: 12', 'count: 4');
    writeFileSync(at('failing.ksheet'), sheet);
    const whole = await kernelsheet([
      'run',
      at('failing.ksheet'),
      '--backend',
      'cpu',
      '--threads',
      '1',
      '--json',
      at('failing-whole.json'),
    ]);
    expect(whole.status).toBe(1);
    expect((await make(at('failing.ksheet'), at('failing'), '--chunks', '4')).status).toBe(0);
    const run = await kernelsheet(['sweep', 'run', at('failing'), '--all', '--threads', '1']);
    expect(run.status).toBe(1);
    expect(run.errors).toMatch(/task \d: failed: .*alignment/);
    const gathered = await kernelsheet(['sweep', 'gather', at('failing'), '--json', at('failing.json')]);
    expect(gathered.status).toBe(1);
    expect(gathered.errors).toMatch(/failed: .*alignment/);
    expect(cellsOf(at('failing.json'))).toEqual(cellsOf(at('failing-whole.json')));
  });
});

describe('kernelsheet run --resume', () => {
  it('goes on after a kill with what is kept, to the same output', async () => {
    const run = (...more: string[]): ReturnType<typeof kernelsheet> =>
      kernelsheet(['run', at('sheet.ksheet'), '--backend', 'cpu', '--threads', '1', '--json', at('resumed.json'), ...more]);
    expect((await run('--resume', at('points'))).status).toBe(0);
    const lines = readFileSync(at('points'), 'utf8').split('\n');
    // As a kill leaves it: the last line cut short.
    const kept = Math.floor(lines.length / 2);
    writeFileSync(at('points'), `${lines.slice(0, kept).join('\n')}\n${lines[kept]?.slice(0, 40)}`);
    const resumed = await run('--resume', at('points'));
    expect(resumed.status).toBe(0);
    expect(resumed.errors).toContain(`${kept - 1} records are taken over`);
    expect(cellsOf(at('resumed.json'))).toEqual(cellsOf(at('whole.json')));
    expect(readFileSync(at('points'), 'utf8').split('\n').length).toBeGreaterThanOrEqual(lines.length);
  });

  it('does not write over a file that is something else, nor mix engines', async () => {
    mkdirSync(at('other'), { recursive: true });
    writeFileSync(at('other', 'notes.txt'), 'my notes\n');
    const run = (file: string, backend: string): ReturnType<typeof kernelsheet> =>
      kernelsheet(['run', at('sheet.ksheet'), '--backend', backend, '--resume', file]);
    const refused = await run(at('other', 'notes.txt'), 'cpu');
    expect(refused.status).toBe(2);
    expect(refused.errors).toContain('is no file of kept points');
    expect(readFileSync(at('other', 'notes.txt'), 'utf8')).toBe('my notes\n');
    const mixed = await run(at('points'), 'reference');
    expect(mixed.errors).toMatch(/holds points computed by kernelsheet .* on cpu .*; name another file/);
  });
});
