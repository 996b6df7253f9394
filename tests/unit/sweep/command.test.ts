import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { wholeArray } from '$lib/data/formats/array-file';
import { openNpz } from '$lib/data/formats/npz-file';
import { bytesSlices } from '$lib/data/formats/slices';
import type * as OpenEvaluator from '../../../src/cli/open-evaluator';
import { main } from '../../../src/cli/main';
import { sweep } from '../../../src/cli/sweep/sweep';
import { kernelsheet, type Ended } from '../../support/command-line';
import { findPython, readWithPython } from '../../support/python';
import { cellsOf, hashOf, here, sweepSheet } from '../../support/sweeps';

/**
 * The command line evaluates in a thread of its build; here, where no process is started, this process does. Where `falls` is set, the
 * evaluator goes down at the next evaluation as a thread does.
 */
const thread = vi.hoisted(() => ({ falls: false }));

vi.mock('../../../src/cli/open-evaluator', async (): Promise<typeof OpenEvaluator> => {
  const { nodeEvaluator } = await import('../../../src/cli/node-evaluator');
  return {
    openEvaluator: async (call, place) => {
      const evaluator = await nodeEvaluator(place.root, call);
      if (!thread.falls) return evaluator;
      const { falling } = await import('../../support/falling-evaluator');
      return falling(evaluator, () => (thread.falls = false));
    },
  };
});

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

const sweepHere = (...words: string[]): Promise<Ended> => here((place) => sweep(words, place));
const runTasks = (...words: string[]): Promise<Ended> => sweepHere('run', ...words, '--threads', '1');

/** `kernelsheet run` of a sheet. */
const wordsOf = (sheet: string, json: string): string[] => ['run', at(sheet), '--backend', 'cpu', '--threads', '1', '--json', at(json)];
const runHere = (...words: string[]): Promise<Ended> => here((place) => main(words, place));

/** A copy of the folder of a sweep. */
const copy = (from: string, to: string): string => {
  cpSync(at(from), at(to), { recursive: true });
  return at(to);
};

const partOf = (sweep: string, task: number, ending: string): string => join(sweep, 'parts', `${hashOf(sweep, task)}.${ending}`);

let early: Ended;
let all: Ended;

/** `new` is not computed yet; of `all` every part is. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kernelsheet-sweep-'));
  writeFileSync(at('sheet.ksheet'), sweepSheet());
  expect(await kernelsheet(['run', at('sheet.ksheet'), '--backend', 'cpu', '--threads', '1', '--json', at('whole.json')])).toMatchObject({
    status: 0,
  });
  expect(await sweepHere(at('sheet.ksheet'), '--over', 'draw', '--chunks', '3', '--out', at('new'))).toMatchObject({ status: 0 });
  early = await sweepHere('gather', copy('new', 'all'), '--json', at('early.json'));
  all = await kernelsheet(['sweep', 'run', at('all'), '--all', '--jobs', '2', '--threads', '1']);
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('kernelsheet sweep SHEET', () => {
  it('computes nothing, and will not write over a folder', async () => {
    expect(readdirSync(at('new', 'parts'))).toEqual([]);
    const again = await sweepHere(at('sheet.ksheet'), '--over', 'draw', '--chunks', '3', '--out', at('new'));
    expect(again).toMatchObject({ status: 2 });
    expect(again.errors).toContain('is not empty');
  });

  it.each([
    ['a cell that is no axis', ['--over', 'pre', '--chunks', '2'], '--over: pre must be a cell that is range(…) or each(…)'],
    ['a cell that is not there', ['--over', 'nothing', '--chunks', '2'], '--over: the sheet has no cell nothing'],
    ['no number of tasks', ['--over', 'draw'], 'expected --chunks'],
  ])('refuses %s', async (_, words, message) => {
    const refused = await sweepHere(at('sheet.ksheet'), '--out', at('none'), ...words);
    expect(refused.status).toBe(2);
    expect(refused.errors).toContain(message);
    expect(existsSync(at('none'))).toBe(false);
  });
});

describe('kernelsheet sweep run, then gather', () => {
  it('says first what is missing, and writes nothing', () => {
    expect(early.status).toBe(1);
    expect(early.errors).toContain('task 1 (draw = 5, 6, 7, 8): not begun');
    expect(existsSync(at('early.json'))).toBe(false);
  });

  it('computes in processes, and gathers to the output of the whole sheet, to the last bit', async () => {
    expect(all).toMatchObject({ status: 0 });
    expect(readdirSync(at('all', 'parts')).filter((name) => !/\.(json|npz)$/.test(name))).toEqual([]);
    const files = ['--json', at('all.json'), '--npz', at('all.npz'), '--parquet', at('all.parquet')];
    const gathered = await kernelsheet(['sweep', 'gather', at('all'), ...files]);
    expect(gathered).toMatchObject({ status: 0 });
    expect(gathered.errors).not.toContain('computed here');
    const whole = cellsOf(at('whole.json'));
    expect(cellsOf(at('all.json'))).toEqual(whole);

    const { axes, fields } = whole.cells['err'] as { axes: { name: string; values: number[] }[]; fields: { test: number[] } };
    expect(axes.map(({ name }) => name)).toEqual(['delta', 'draw']);
    const bytes = new Uint8Array(readFileSync(at('all.npz')));
    const never = new AbortController().signal;
    const npz = await openNpz(bytesSlices(bytes, 'all.npz'), never);
    const numbers = async (name: string): Promise<unknown> => {
      const array = await wholeArray(await npz.open(name), never);
      return { shape: array.shape, values: Array.from({ length: array.shape.reduce((a, b) => a * b, 1) }, (_, i) => array.at(i)) };
    };
    expect(await numbers('err.test')).toEqual({ shape: [5, 12], values: fields.test });
    expect(await numbers('axis.delta')).toEqual({ shape: [5], values: axes[0]?.values });
    expect(await numbers('axis.draw')).toEqual({ shape: [12], values: axes[1]?.values });
    // Names as NumPy has them: UTF-32, each as long as the longest.
    const names = new TextDecoder('latin1').decode(unzipSync(bytes)['err.axes.npy']).replaceAll('\0', '');
    expect(names).toMatch(/'descr': '<U5', 'fortran_order': False, 'shape': \(2,\), \} *\ndeltadraw$/);

    const table = await parquetReadObjects({ file: Uint8Array.from(readFileSync(at('all.parquet'))).buffer, compressors });
    const rows = new Map(table.map((row) => [`${String(row['delta'])} ${String(row['draw'])}`, row['err.test']]));
    const expected = axes[0]?.values.flatMap((delta, i) => axes[1]?.values.map((draw, j) => [`${delta} ${draw}`, fields.test[12 * i + j]]));
    expect(rows).toEqual(new Map(expected as [string, number][]));
  });

  it('gives files that Python reads: NumPy, pandas and xarray as far as they are there', () => {
    const python = findPython();
    const said = python === undefined ? undefined : readWithPython(python, at('whole.json'), at('all.npz'), at('all.parquet'));
    console.error(`results read in Python: ${said ?? 'nothing, there is no Python with NumPy'}`);
    if (said !== undefined) expect(said).toMatch(/^numpy: arrays/);
  });

  it('keeps to a chunk that another process has', async () => {
    const sweep = copy('new', 'locked');
    const holder = `${JSON.stringify({ machine: hostname(), pid: process.ppid, job: '', since: 'now' })}\n`;
    writeFileSync(partOf(sweep, 0, 'lock'), holder);
    const second = await runTasks(sweep, '--task', '0');
    expect(second.status).toBe(1);
    expect(second.errors).toContain(`task 0: is being computed by process ${process.ppid} on `);
    expect(readFileSync(partOf(sweep, 0, 'lock'), 'utf8')).toBe(holder);
  });

  it('takes over a chunk that nobody has touched for long, though a process has that number', async () => {
    const sweep = copy('all', 'untouched');
    rmSync(partOf(sweep, 0, 'json'));
    writeFileSync(partOf(sweep, 0, 'lock'), `${JSON.stringify({ machine: hostname(), pid: process.ppid, job: '', since: 'long ago' })}\n`);
    const hourAgo = Date.now() / 1000 - 3600;
    utimesSync(partOf(sweep, 0, 'lock'), hourAgo, hourAgo);
    expect(await runTasks(sweep, '--task', '0')).toMatchObject({ status: 0 });
    expect(existsSync(partOf(sweep, 0, 'lock'))).toBe(false);
  });

  it('says so where the folder takes no files: of parts, and of results', async () => {
    const sweep = copy('new', 'closed');
    rmSync(join(sweep, 'parts'), { recursive: true });
    // A file system that takes no files of anybody.
    symlinkSync('/sys', join(sweep, 'parts'));
    const refused = await runTasks(sweep, '--task', '0');
    expect(refused.status).toBe(2);
    expect(refused.errors).toContain(`${partOf(sweep, 0, 'lock')}: cannot be written, `);
    const gathered = await sweepHere('gather', at('all'), '--json', '/sys/none/all.json');
    expect(gathered.status).toBe(2);
    expect(gathered.errors).toContain('--json: /sys/none cannot be made, ');
  });

  it('refuses a folder of another version of the program, and leaves its parts alone', async () => {
    const sweep = copy('all', 'other-version');
    const text = readFileSync(join(sweep, 'sweep.json'), 'utf8');
    writeFileSync(join(sweep, 'sweep.json'), text.replace(/"program": "[^"]*"/, '"program": "0.0.1"'));
    for (const words of [
      ['run', sweep, '--all'],
      ['gather', sweep],
    ]) {
      const refused = await sweepHere(...words);
      expect(refused.status).toBe(2);
      expect(refused.errors).toContain('was made by kernelsheet 0.0.1, this is ');
    }
    for (const name of readdirSync(at('all', 'parts')))
      expect(readFileSync(join(sweep, 'parts', name))).toEqual(readFileSync(at('all', 'parts', name)));
  });

  it('takes over a chunk whose process is gone, says so when the disk is full, and goes on from what was kept', async () => {
    const sweep = copy('new', 'full');
    writeFileSync(partOf(sweep, 0, 'lock'), `${JSON.stringify({ machine: hostname(), pid: 2 ** 22 - 1, job: '', since: 'now' })}\n`);
    symlinkSync('/dev/full', partOf(sweep, 0, 'npz'));
    const full = await runTasks(sweep, '--task', '0');
    expect(full.status).toBe(2);
    expect(full.errors).toMatch(/\.npz: cannot be written, .*(ENOSPC|no space|disk is full)/);
    expect(readdirSync(join(sweep, 'parts')).sort()).toEqual(['journal', 'npz'].map((ending) => `${hashOf(sweep, 0)}.${ending}`));
    rmSync(partOf(sweep, 0, 'npz'));
    const after = await runTasks(sweep, '--task', '0');
    expect(after.status).toBe(0);
    expect(after.errors).toMatch(/task 0: begins, .*, [1-9]\d* records kept/);
    expect(readFileSync(partOf(sweep, 0, 'npz'))).toEqual(readFileSync(partOf(at('all'), 0, 'npz')));
  });

  it('computes a damaged part anew, and goes on with the next chunk where the thread that evaluates ends', async () => {
    const sweep = copy('all', 'down');
    writeFileSync(partOf(sweep, 0, 'json'), readFileSync(partOf(sweep, 0, 'json'), 'utf8').replace('"milliseconds":', '"milliseconds": '));
    rmSync(partOf(sweep, 1, 'json'));
    thread.falls = true;
    const down = await runTasks(sweep, '--all');
    expect(down.status).toBe(1);
    expect(down.errors).toMatch(/task 0: .*\.json: is damaged; .* it is computed anew/);
    expect(down.errors).toMatch(/task 0: was not done: .*ended/);
    expect(down.errors).toMatch(/task 1: done/);
    expect(down.errors).toMatch(/task 2: is there already/);
    expect(existsSync(partOf(sweep, 0, 'lock'))).toBe(false);
  });

  it('writes nothing where the thread that evaluates ends', async () => {
    thread.falls = true;
    const down = await sweepHere('gather', at('all'), '--json', at('down.json'));
    expect(down.status).toBe(1);
    expect(down.errors).toMatch(/ended: nothing is written/);
    expect(existsSync(at('down.json'))).toBe(false);
  });

  it('gathers no damaged part, nor one of another sheet, and leaves them alone', async () => {
    const sweep = copy('all', 'damaged');
    const good = readFileSync(partOf(sweep, 0, 'json'), 'utf8');
    writeFileSync(partOf(sweep, 0, 'json'), good.replace('"milliseconds":', '"milliseconds": '));
    cpSync(partOf(sweep, 2, 'json'), partOf(sweep, 1, 'json'));
    writeFileSync(join(sweep, 'parts', '0123456789abcdef.json'), good);
    const gathered = await sweepHere('gather', sweep);
    expect(gathered.status).toBe(1);
    expect(gathered.errors).toMatch(/task 0 \(.*\): .*\.json: is damaged; remove it and run its task again/);
    expect(gathered.errors).toMatch(/task 1 \(.*\): .*\.json: is the part of another sheet, or of another version of it; remove it/);
    expect(gathered.errors).toContain('parts/0123456789abcdef.json: is the part of another sheet, or of another version of it');
    expect(readFileSync(join(sweep, 'parts', '0123456789abcdef.json'), 'utf8')).toBe(good);
  });

  it('says so when the sheet was changed, or no file can be written among the parts', async () => {
    const sweep = copy('new', 'readonly');
    rmSync(join(sweep, 'parts'), { recursive: true });
    writeFileSync(join(sweep, 'parts'), '');
    const refused = await sweepHere('run', sweep, '--task', '0');
    expect(refused.status).toBe(2);
    expect(refused.errors).toContain('parts: cannot be made, ');
    writeFileSync(join(sweep, 'sheet.ksheet'), `${sweepSheet()}more = 1\n`);
    const changed = await sweepHere('run', sweep, '--task', '0');
    expect(changed.status).toBe(2);
    expect(changed.errors).toContain('sheet.ksheet: was changed since the folder was made');
  });

  it('records a point that fails with its message; the others go on, and all fail alike in the whole sheet', async () => {
    const sheet = sweepSheet()
      .replace('alignment: 0.8', 'alignment: 0.8 * (2.5 - draw) / abs(2.5 - draw) + 0.5')
      .replace('range(1, 12, count: 12)', 'range(1, 4, count: 4)');
    writeFileSync(at('failing.ksheet'), sheet);
    const whole = at('failing-whole.json');
    expect((await runHere(...wordsOf('failing.ksheet', 'failing-whole.json'))).status).toBe(1);
    expect((await sweepHere(at('failing.ksheet'), '--over', 'draw', '--chunks', '2', '--out', at('failing'))).status).toBe(0);
    const computed = await runTasks(at('failing'), '--all');
    expect(computed.status).toBe(1);
    expect(computed.errors).toMatch(/task \d: failed: .*alignment/);
    const gathered = await sweepHere('gather', at('failing'), '--json', at('failing.json'), '--threads', '1');
    expect(gathered.status).toBe(1);
    expect(gathered.errors).toMatch(/failed: .*alignment/);
    expect(cellsOf(at('failing.json'))).toEqual(cellsOf(whole));
  });
});

describe('kernelsheet run --resume', () => {
  it('says so when the file can grow no more, and goes on from it to the output of an undisturbed run', async () => {
    const words = (json: string): string[] => [...wordsOf('sheet.ksheet', json), '--resume', at('points')];
    // Files of at most 8 KiB: the line that reaches beyond is cut short, as by a kill.
    const shell = ['-c', 'ulimit -f 8; exec "$@"', '', process.execPath, 'bin/kernelsheet.js'];
    const limited = spawnSync('bash', [...shell, ...words('none.json')], { encoding: 'utf8' });
    expect(limited.status).toBe(2);
    expect(limited.stderr).toContain('points: cannot be written, ');
    const whole = readFileSync(at('points'), 'utf8').split('\n').length - 2;
    expect(whole).toBeGreaterThan(0);
    const resumed = await runHere(...words('resumed.json'));
    expect(resumed).toMatchObject({ status: 0 });
    expect(resumed.errors).toContain('its last line was cut short when a run was killed, and is left out');
    expect(resumed.errors).toContain(`${whole} records are used again`);
    expect(cellsOf(at('resumed.json'))).toEqual(cellsOf(at('whole.json')));
  });
});
