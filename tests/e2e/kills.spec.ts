import { expect, test } from '@playwright/test';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale, root } from '../../scripts/fresh.js';

/** How many runs are killed: `npm run kills` kills 20. */
const kills = Number(process.env.KERNELSHEET_KILLS ?? 3);
const bin = join(root, 'bin/kernelsheet.js');
/** Enough numbers that writing them takes a while: its JSON is some megabytes. */
const text = `task = linear_task(dim: 8, train: 250, test: 10)
pre = source_kernel(task, theory: "lazy", temperature: each(0.1, 0.2, 0.3, 0.4))
`;

let folder: string;
let sheet: string;
test.beforeAll(async () => {
  buildIfStale('cli');
  folder = await mkdtemp(join(tmpdir(), 'kernelsheet-kills-'));
  sheet = join(folder, 'sheet.ksheet');
  await writeFile(sheet, text);
});
test.afterAll(() => rm(folder, { recursive: true, force: true }));

const words = (json: string): string[] => [bin, 'run', sheet, '--backend', 'reference', '--json', json];
const temporaries = (where: string): string[] => readdirSync(where).filter((name) => name.endsWith('.tmp'));

test(`${kills} kills at random moments of writing lose no good file`, async () => {
  const where = join(folder, 'kills');
  await mkdir(where);
  const json = join(where, 'out.json');
  await writeFile(json, 'good');
  let inWriting = 0;
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, words(json), { stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const run = { over: false };
    void ended.then(() => (run.over = true));
    // Not the one by which the folder is tried before anything is computed.
    const isWriting = (): boolean => temporaries(where).some((name) => name.startsWith('.out.json.'));
    while (!run.over && !isWriting()) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
    inWriting += isWriting() ? 1 : 0;
    child.kill('SIGKILL');
    // Killed, or it had ended well.
    expect([null, 0]).toContain(await ended);
    const left = await readFile(json, 'utf8');
    if (left !== 'good') expect(() => JSON.parse(left) as unknown).not.toThrow();
    for (const name of temporaries(where)) await rm(join(where, name));
    await writeFile(json, 'good');
  }
  process.stdout.write(`    ${inWriting} of ${kills} kills came while a temporary file was there\n`);
});

/** Runs it under a shell that limits it; the status is that of the shell. */
const under = (prefix: string, json: string, more = ''): { status: number | null; output: string; errors: string } => {
  const command = `${prefix} "${process.execPath}" ${words(json)
    .map((word) => `'${word}'`)
    .join(' ')} ${more}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  return { status, output: stdout, errors: stderr };
};

test('a limit on file sizes and a full disk leave the good file, and say so', async () => {
  const limited = join(folder, 'limited');
  await mkdir(limited);
  await writeFile(join(limited, 'out.json'), 'good');
  const ended = under('ulimit -c 0; ulimit -f 64; exec', join(limited, 'out.json'));
  // Systems end a program that goes beyond the limit (153), or refuse the write (2).
  expect([2, 153]).toContain(ended.status);
  if (ended.status === 2) expect(ended.errors).toContain('out.json: cannot be written');
  expect(await readFile(join(limited, 'out.json'), 'utf8')).toBe('good');

  const full = join(folder, 'full');
  await mkdir(full);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', full]).status !== 0) {
    test.info().annotations.push({ type: 'not tried', description: 'this user may mount no file system' });
    process.stdout.write('    NOT TRIED: a full file system, this user may mount none\n');
    return;
  }
  try {
    await writeFile(join(full, 'out.json'), 'good');
    const there = under('exec', join(full, 'out.json'));
    expect(there.status).toBe(2);
    expect(there.errors).toContain('out.json: cannot be written');
    expect(await readFile(join(full, 'out.json'), 'utf8')).toBe('good');
    expect(temporaries(full)).toEqual([]);
  } finally {
    spawnSync('umount', [full]);
  }
});

test('a folder that cannot be written is refused before anything is computed', async () => {
  // Nobody may write there, not even the superuser, who may write anywhere else.
  const places = ['/proc/self/out.json'];
  if (process.getuid?.() !== 0) {
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o555);
    places.push(join(closed, 'out.json'));
  }
  for (const place of places.filter((one) => existsSync(join(one, '..')))) {
    const ended = under('exec', place);
    expect(ended.status).toBe(2);
    expect(ended.errors).toContain('--json: no file can be written in');
    expect(ended.output).toBe('');
  }
});

test('a reader that has seen enough ends nothing: the file is whole, and the status is that of the cells', async () => {
  const json = join(folder, 'piped.json');
  const ended = under('', json, '| head -1; exit ${PIPESTATUS[0]}');
  expect(ended.status).toBe(0);
  expect(ended.output.trim().split('\n')).toHaveLength(1);
  expect(ended.errors).not.toContain('EPIPE');
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ cells: expect.anything() });
});
