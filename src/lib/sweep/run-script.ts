import { Problem } from '$lib/base/problem';
import type { Manifest } from './manifest';

/** How the cluster runs the tasks. */
export interface Cluster {
  /** Options of `sbatch`, name and value. */
  readonly options: readonly (readonly [name: string, value: string])[];
  /** How many tasks may run at once; no limit when not given. */
  readonly atMost: number | undefined;
  /** Which engine computes. */
  readonly backend: string;
}

/** Options that the script sets itself. */
const own = new Set(['array', 'signal', 'requeue', 'open-mode', 'output']);

/**
 * Reads `partition=gpu, time=01:00:00, gres=gpu:1`; an option without a value stands alone. A value that has a comma is in quotes:
 * `nodelist="a,b"`.
 *
 * @throws Problem when an option cannot be read or is one that the script sets.
 */
export const readClusterOptions = (text: string): Cluster['options'] => {
  const parts = text.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, name = '', value = ''] = /^(?:--)?([A-Za-z][A-Za-z-]*)(?:=(.*))?$/s.exec(part) ?? [];
      const plain = value.replaceAll('"', '').trim();
      if (name === '' || /[\n\r]/.test(plain))
        throw new Problem(`--slurm: must be options of sbatch such as "partition=short, time=01:00:00", got "${part}"`);
      if (own.has(name))
        throw new Problem(`--slurm: ${name} is set by the sweep itself${name === 'array' ? ' (--chunks, --at-most)' : ''}`);
      return [name, plain] as const;
    });
};

/**
 * The array job of a sweep: one task a chunk. Two minutes before its time is up a task is told (USR1), keeps what is finished, and is
 * queued anew. Where the program is not on the path, `KERNELSHEET` says how to call it.
 */
export const runScript = ({ chunks }: Manifest, { options, atMost, backend }: Cluster): string => {
  const limit = atMost === undefined ? '' : `%${atMost}`;
  const lines = options.map(([name, value]) => `#SBATCH --${name}${value === '' ? '' : `=${value}`}`);
  const named = options.some(([name]) => name === 'job-name');
  return [
    '#!/bin/bash',
    ...(named ? [] : ['#SBATCH --job-name=kernelsheet']),
    `#SBATCH --array=0-${chunks.length - 1}${limit}`,
    '#SBATCH --signal=USR1@120',
    '#SBATCH --requeue',
    '#SBATCH --open-mode=append',
    '#SBATCH --output=logs/%a.log',
    ...lines,
    '',
    '# Submit from this folder: sbatch run.sh',
    'cd "${SLURM_SUBMIT_DIR:-$(dirname "$0")}" || exit 1',
    'task="${SLURM_ARRAY_TASK_ID:-${1:?expected the number of a task}}"',
    '',
    '# As a step of the job the program hears the signals that Slurm sends.',
    'step=()',
    '[ -n "$SLURM_JOB_ID" ] && step=(srun --ntasks=1 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}")',
    `"\${step[@]}" \${KERNELSHEET:-kernelsheet} sweep run . --task "$task" --backend ${backend}`,
    'status=$?',
    '',
    '# 75: it was told to stop and has kept what is finished; the rest is for the next time.',
    'if [ "$status" = 75 ] && [ -n "$SLURM_JOB_ID" ]; then',
    '  scontrol requeue "$SLURM_JOB_ID"',
    '  sleep 60',
    'fi',
    'exit "$status"',
    '',
  ].join('\n');
};
