import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kernelsheet } from '../support/command-line';
import { cellsOf, sweepSheet } from '../support/sweeps';
import { Cluster, wait } from './cluster';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hooks = fileURLToPath(new URL('hold-and-kill.js', import.meta.url));

/** NumPy reads the arrays: axes are named, values are where they belong. Where there are pandas and xarray they read the table. */
const script = `
import importlib.util, json, sys, numpy
whole = json.load(open(sys.argv[1]))["cells"]
z = numpy.load(sys.argv[2])
test = z["err.test"]
assert list(z["err.axes"]) == [axis["name"] for axis in whole["err"]["axes"]] == ["delta", "draw"]
assert test.shape == (5, 12) and test.ravel().tolist() == whole["err"]["fields"]["test"]
assert z["axis.delta"].tolist() == whole["delta"]["axes"][0]["values"]
assert z["axis.draw"].tolist() == whole["draw"]["axes"][0]["values"]
assert bool(z["verdict.pass"])
if all(importlib.util.find_spec(name) for name in ("pandas", "pyarrow", "xarray")):
    import pandas
    array = pandas.read_parquet(sys.argv[3]).set_index(["delta", "draw"]).to_xarray()["err.test"]
    assert array.dims == ("delta", "draw") and array.values.tolist() == test.tolist()
`;

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  cluster = await Cluster.start();
});

afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Task id and state of those tasks of the array that are not done. */
const queue = async (job: string): Promise<Map<string, string>> => {
  const lines = (await cluster.call('squeue', ['-h', '-r', '-j', job, '-o', '%K %T']).catch(() => '')).trim().split('\n');
  return new Map(lines.filter((line) => line !== '').map((line) => line.split(' ') as [string, string]));
};

const countRunning = (tasks: ReadonlyMap<string, string>): number => [...tasks.values()].filter((state) => state === 'RUNNING').length;

it('an array job computes a sheet in parts, is told to stop and killed, and gathers to the unsplit output', async () => {
  const sheet = join(folder, 'sheet.ksheet');
  const out = join(folder, 'runs');
  writeFileSync(sheet, sweepSheet());
  const unsplit = kernelsheet(['run', sheet, '--backend', 'cpu', '--threads', '1', '--json', join(folder, 'whole.json')]);
  expect((await unsplit).status).toBe(0);
  const made = await kernelsheet([
    'sweep',
    sheet,
    '--over',
    'draw',
    '--chunks',
    '6',
    '--out',
    out,
    '--at-most',
    '2',
    '--slurm',
    'cpus-per-task=1',
  ]);
  expect(made).toMatchObject({ status: 0 });
  expect(readFileSync(join(out, 'run.sh'), 'utf8')).toContain('#SBATCH --array=0-5%2\n');

  const [held, killed] = [join(folder, 'held'), join(folder, 'killed')];
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
  const watch = async (ask: () => boolean): Promise<boolean> => {
    most = Math.max(most, countRunning(await queue(job)));
    return ask();
  };
  // Task 0 is told to stop when its first point is there, by a signal to its step.
  await cluster.until('task 0 has a point', () => watch(() => existsSync(held)));
  await cluster.until('the signal is sent', async () => {
    await cluster.call('scancel', ['--signal=USR1', `${job}_0`]);
    return true;
  });
  await wait(1000);
  writeFileSync(`${held}.go`, '');
  await cluster.until('task 0 has heard it', () => watch(() => logOf(0).includes('told to stop by SIGUSR1')));
  await cluster.until('task 1 was killed in a write', () => watch(() => existsSync(killed)));
  const early = await kernelsheet(['sweep', 'gather', out, '--json', join(folder, 'all.json')]);
  expect(early.status).toBe(1);
  expect(early.errors).toMatch(/task 1 \(draw = 3, 4\): /);
  expect(early.errors).toMatch(/nothing is written/);
  expect(existsSync(join(folder, 'all.json'))).toBe(false);

  // A requeued job waits for a while before it begins again.
  const hasten = async (): Promise<void> => {
    for (const [task, state] of await queue(job))
      if (state === 'PENDING' && task === '0')
        await cluster.call('scontrol', ['update', `JobId=${job}_0`, 'StartTime=now']).catch(() => '');
  };
  await cluster.until(
    'the array is done',
    async () => {
      await hasten();
      const tasks = await queue(job);
      most = Math.max(most, countRunning(tasks));
      return tasks.size === 0;
    },
    400,
  );
  expect(most).toBeLessThanOrEqual(2);
  expect(logOf(0).match(/task 0: begins/g)?.length).toBe(2);
  expect(logOf(0)).toMatch(/records kept\n[^]*records kept\n[^]*task 0: done/);

  // Killed in the middle of a write, task 1 has no part; what it left is not taken for one.
  const late = await kernelsheet(['sweep', 'gather', out, '--json', join(folder, 'all.json')]);
  expect(late.status).toBe(1);
  expect(late.errors).toMatch(/1 of the tasks are missing.*sbatch --array=1 run\.sh/);
  expect(readdirSync(join(out, 'parts')).some((name) => name.endsWith('.tmp'))).toBe(true);
  const again = (await cluster.call('sbatch', ['--parsable', '--array=1', 'run.sh'], { cwd: out, environment })).trim();
  await cluster.until('task 1 is done', async () => (await queue(again)).size === 0, 200);

  const files = ['--json', join(folder, 'all.json'), '--npz', join(folder, 'all.npz'), '--parquet', join(folder, 'all.parquet')];
  const gathered = await kernelsheet(['sweep', 'gather', out, ...files]);
  expect(gathered).toMatchObject({ status: 0 });
  expect(gathered.errors).not.toMatch(/computed here/);
  expect(cellsOf(join(folder, 'all.json'))).toEqual(cellsOf(join(folder, 'whole.json')));

  const python = process.env.PYTHON ?? 'python3';
  const read = spawnSync(python, ['-c', script, join(folder, 'whole.json'), join(folder, 'all.npz'), join(folder, 'all.parquet')], {
    encoding: 'utf8',
  });
  expect(read).toMatchObject({ status: 0, stderr: '' });
});
