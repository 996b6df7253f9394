import { parseArgs } from 'node:util';
import { Problem } from '$lib/base/problem';
import { readClusterOptions, type Cluster } from '$lib/sweep/run-script';
import type { EngineChoice } from '$lib/worker/protocol';
import { readBackend, readSetting, readThreads, type Setting } from '../arguments';

export const sweepUsage = `usage: kernelsheet sweep SHEET --over AXIS,… --chunks N --out DIR [--set name=value]…
                         [--slurm "partition=…, time=01:00:00"] [--at-most K] [--backend …] [--allow-read DIR]…
       kernelsheet sweep run DIR --task N | --all [--jobs K] [--retry] [--backend …] [--threads N]
       kernelsheet sweep gather DIR [--json FILE] [--npz FILE] [--parquet FILE] [--threads N]

sweep SHEET cuts axes of a sheet (cells that are range or each) into chunks and writes a folder: the sheet and its files, points.csv,
run.sh (an array job for Slurm), README.txt. It computes nothing.
  --over AXIS,…     the cells to cut, with commas between
  --chunks N        at most so many tasks
  --out DIR         the folder; it must be new or empty
  --slurm "…"       options of sbatch, with commas between
  --at-most K       so many tasks at once
  --backend         auto, webgpu, cpu (the default) or reference: with what the tasks compute
sweep run computes chunks into DIR/parts and skips those that are there. Told to stop (USR1, TERM) it keeps what is finished.
  --task N          one chunk, as the array job does
  --all             every chunk; --jobs K: in K processes (1 when not given)
  --retry           chunks with failed points are computed again
  --threads N       threads of cpu; SLURM_CPUS_PER_TASK in a job, else all cores
sweep gather says what is missing or failed, and merges the parts into what the whole sheet gives.
  --json FILE       as kernelsheet run writes it, and the points, so that a page can be filled with them
  --npz FILE        arrays for NumPy: err.test, err.axes, axis.delta
  --parquet FILE    one table: a column an axis, a column a field

Exit status: 0 all is well, 1 something is missing or failed, or a check failed, 2 the call, the sheet or the folder cannot be read
or written, 3 no GPU adapter, 75 told to stop by USR1 (143 by TERM): the same call goes on.
`;

export interface MakeCall {
  readonly action: 'make';
  readonly sheet: string;
  readonly settings: readonly Setting[];
  readonly over: readonly string[];
  readonly chunks: number;
  readonly out: string;
  readonly cluster: Cluster;
  readonly allowRead: readonly string[];
}

export interface TaskCall {
  readonly action: 'run';
  readonly folder: string;
  /** Which chunk; all of them when not given. */
  readonly task: number | undefined;
  readonly jobs: number;
  readonly retry: boolean;
  readonly backend: EngineChoice;
  readonly threads: number | undefined;
}

export interface GatherCall {
  readonly action: 'gather';
  readonly folder: string;
  readonly json: string | undefined;
  readonly npz: string | undefined;
  readonly parquet: string | undefined;
  readonly threads: number | undefined;
}

export type SweepCall = MakeCall | TaskCall | GatherCall | { readonly action: 'help' };

const options = {
  set: { type: 'string', multiple: true },
  over: { type: 'string' },
  chunks: { type: 'string' },
  out: { type: 'string' },
  slurm: { type: 'string' },
  'at-most': { type: 'string' },
  'allow-read': { type: 'string', multiple: true },
  backend: { type: 'string' },
  task: { type: 'string' },
  all: { type: 'boolean' },
  jobs: { type: 'string' },
  retry: { type: 'boolean' },
  threads: { type: 'string' },
  json: { type: 'string' },
  npz: { type: 'string' },
  parquet: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Option = keyof typeof options;

const allowed: Readonly<Record<'make' | 'run' | 'gather', readonly Option[]>> = {
  make: ['set', 'over', 'chunks', 'out', 'slurm', 'at-most', 'allow-read', 'backend'],
  run: ['task', 'all', 'jobs', 'retry', 'backend', 'threads'],
  gather: ['json', 'npz', 'parquet', 'threads'],
};

const parse = (words: readonly string[]) => {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (error) {
    // What parseArgs throws says which option and what was wrong with it, followed by advice of its own.
    if (error instanceof TypeError) throw new Problem(error.message.split('. ')[0] ?? error.message);
    throw error;
  }
};

type Values = ReturnType<typeof parse>['values'];

const wholeNumber = (option: string, text: string, least: number): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new Problem(`--${option}: must be a whole number ≥ ${least}, got "${text}"`);
};

const given = (option: Option, text: string | undefined, example: string): string => {
  if (text !== undefined && text !== '') return text;
  throw new Problem(`sweep: expected --${option} ${example}`);
};

const readMake = (sheet: string, values: Values): MakeCall => {
  const over = given('over', values.over, 'AXIS,…: the cells to cut, range or each')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const repeated = over.find((name, i) => over.indexOf(name) !== i);
  if (repeated !== undefined) throw new Problem(`--over: ${repeated} is named twice`);
  return {
    action: 'make',
    sheet,
    settings: (values.set ?? []).map(readSetting),
    over,
    chunks: wholeNumber('chunks', given('chunks', values.chunks, 'N: into how many tasks'), 1),
    out: given('out', values.out, 'DIR: a new folder'),
    cluster: {
      options: readClusterOptions(values.slurm ?? ''),
      atMost: values['at-most'] === undefined ? undefined : wholeNumber('at-most', values['at-most'], 1),
      backend: readBackend(values.backend ?? 'cpu'),
    },
    allowRead: values['allow-read'] ?? [],
  };
};

const readRun = (folder: string, values: Values): TaskCall => {
  if ((values.task === undefined) === !values.all) throw new Problem('sweep run: expected --task N or --all, one of them');
  if (values.jobs !== undefined && !values.all) throw new Problem('--jobs: is an option of --all');
  const backend = readBackend(values.backend ?? 'cpu');
  const cpus = backend === 'cpu' || backend === 'auto' ? process.env.SLURM_CPUS_PER_TASK : undefined;
  const threads = values.threads ?? cpus;
  return {
    action: 'run',
    folder,
    task: values.task === undefined ? undefined : wholeNumber('task', values.task, 0),
    jobs: values.jobs === undefined ? 1 : wholeNumber('jobs', values.jobs, 1),
    retry: values.retry ?? false,
    backend,
    threads: threads === undefined ? undefined : readThreads(threads, backend),
  };
};

/**
 * What is asked for by the words after `kernelsheet sweep`.
 *
 * @throws Problem saying what was expected.
 */
export const readSweepArguments = (words: readonly string[]): SweepCall => {
  const { values, positionals } = parse(words);
  if (values.help) return { action: 'help' };
  const [first, second] = positionals;
  if (first === undefined) throw new Problem('sweep: expected a sheet, or run DIR, or gather DIR');
  const action = first === 'run' || first === 'gather' ? first : 'make';
  const most = action === 'make' ? 1 : 2;
  if (positionals.length > most)
    throw new Problem(`sweep: expected one ${action === 'make' ? 'sheet' : 'folder'}, got "${positionals[most]}" too`);
  const wrong = (Object.keys(values) as Option[]).find((option) => !allowed[action].includes(option));
  if (wrong !== undefined) throw new Problem(`--${wrong}: is not an option of sweep ${action === 'make' ? 'SHEET' : action}`);
  if (action === 'make') return readMake(first, values);
  if (second === undefined) throw new Problem(`sweep ${action}: expected the folder that kernelsheet sweep made`);
  if (action === 'run') return readRun(second, values);
  return {
    action,
    folder: second,
    json: values.json,
    npz: values.npz,
    parquet: values.parquet,
    threads: values.threads === undefined ? undefined : readThreads(values.threads, 'cpu'),
  };
};
