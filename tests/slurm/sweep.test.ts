import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kernelsheet } from '../support/command-line';
import { findPython, readWithPython } from '../support/python';
import { cellsOf, sweepSheet } from '../support/sweeps';
import { Cluster } from './cluster';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hooks = new URL('hold-and-kill.js', import.meta.url).href;

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  cluster = await Cluster.start();
});

afterAll(async () => {
  // Undefined when Slurm did not start.
  await (cluster as Cluster | undefined)?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Waiting {
  readonly task: string;
  /** Id of the job of this task: every task of an array is a job. */
  readonly job: string;
  readonly state: string;
}

/** The tasks of an array that are not done. */
const queue = async (array: string): Promise<Waiting[]> => {
  const lines = (await cluster.call('squeue', ['-h', '-r', '-j', array, '-o', '%K %A %T'])).trim().split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => line.split(' '))
    .map(([task = '', job = '', state = '']) => ({ task, job, state }));
};

const at = (name: string): string => join(folder, name);

it('an array job computes a sheet in parts, is stopped and killed on the way, and gathers to the same output as an unsplit run', async () => {
  const sheet = at('sheet.ksheet');
  const out = at('runs');
  writeFileSync(sheet, sweepSheet());
  const unsplit = kernelsheet(['run', sheet, '--backend', 'cpu', '--threads', '1', '--json', at('whole.json')]);
  expect((await unsplit).status).toBe(0);
  const cut = ['--over', 'draw', '--chunks', '6', '--at-most', '2', '--slurm', 'cpus-per-task=1'];
  const made = await kernelsheet(['sweep', sheet, ...cut, '--out', out]);
  expect(made).toMatchObject({ status: 0 });
  expect(readFileSync(join(out, 'run.sh'), 'utf8')).toContain('#SBATCH --array=0-5%2\n');

  const [held, killed] = [at('held'), at('killed')];
  const environment = {
    KERNELSHEET: `${process.execPath} ${root}bin/kernelsheet.js`,
    NODE_OPTIONS: `--import=${hooks}`,
    HOLD_TASK: '0',
    HOLD_MARK: held,
    KILL_TASK: '1',
    KILL_MARK: killed,
  };
  const job = (await cluster.call('sbatch', ['--parsable', 'run.sh'], { cwd: out, environment })).trim();
  const logOf = (task: number): string =>
    existsSync(join(out, `logs/${task}.log`)) ? readFileSync(join(out, `logs/${task}.log`), 'utf8') : '';

  let most = 0;
  const look = async (): Promise<Waiting[]> => {
    const tasks = await queue(job);
    most = Math.max(most, tasks.filter(({ state }) => state === 'RUNNING').length);
    return tasks;
  };
  const watch = async (ask: () => boolean): Promise<boolean> => {
    await look();
    return ask();
  };
  // Task 0 receives a stop when its first point is computed.
  await cluster.until('task 0 has a point', () => watch(() => existsSync(held)));
  const first = (await queue(job)).find(({ task, state }) => task === '0' && state === 'RUNNING');
  const told = new AbortController();
  // `scancel` keeps running for a while after the task has ended by its signal; it must end before the task is queued again.
  const sent = cluster.call('scancel', ['--signal=USR1', first?.job ?? 'none'], { signal: told.signal }).catch(String);
  await cluster
    .until('task 0 has heard it', () => watch(() => logOf(0).includes('told to stop by SIGUSR1')))
    .catch(async (error: unknown) => {
      throw new Error(`${String(error)}\nscancel: ${await sent}\n${logOf(0)}`);
    });
  told.abort();
  await cluster.until('task 1 was killed in a write', () => watch(() => existsSync(killed)));
  const early = await kernelsheet(['sweep', 'gather', out, '--json', at('all.json')]);
  expect(early.status).toBe(1);
  expect(early.errors).toMatch(/task 1 \(draw = 3, 4\): /);
  expect(early.errors).toMatch(/nothing is written/);
  expect(existsSync(at('all.json'))).toBe(false);

  await cluster.until('the array is done', async () => {
    const tasks = await look();
    // A job that is queued again waits for a while before it starts.
    for (const { task, job, state } of tasks)
      if (task === '0' && state === 'PENDING') await cluster.call('scontrol', ['update', `JobId=${job}`, 'StartTime=now']).catch(String);
    return tasks.length === 0;
  });
  expect(most).toBeLessThanOrEqual(2);
  expect(logOf(0).match(/task 0: begins/g)?.length).toBe(2);
  expect(logOf(0)).toMatch(/records kept\n[^]*records kept\n[^]*task 0: done/);

  // Task 1 was killed during a write and has no part; its unfinished file is not taken for one.
  const late = await kernelsheet(['sweep', 'gather', out, '--json', at('all.json')]);
  expect(late.status).toBe(1);
  expect(late.errors).toMatch(/1 of the tasks are missing.*sbatch --array=1 run\.sh/);
  expect(readdirSync(join(out, 'parts')).some((name) => name.endsWith('.tmp'))).toBe(true);
  const again = (await cluster.call('sbatch', ['--parsable', '--array=1', 'run.sh'], { cwd: out, environment })).trim();
  await cluster.until('task 1 is done', async () => (await queue(again)).length === 0);

  const [json, npz, parquet] = [at('all.json'), at('all.npz'), at('all.parquet')];
  const gathered = await kernelsheet(['sweep', 'gather', out, '--json', json, '--npz', npz, '--parquet', parquet]);
  expect(gathered).toMatchObject({ status: 0 });
  expect(gathered.errors).not.toMatch(/computed here/);
  expect(cellsOf(json)).toEqual(cellsOf(at('whole.json')));
  const python = findPython();
  if (python !== undefined) expect(readWithPython(python, at('whole.json'), npz, parquet)).toMatch(/^numpy: arrays/);
});
