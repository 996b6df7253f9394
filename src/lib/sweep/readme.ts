import { describeChunk, type Manifest } from './manifest';

/** What a person reads who finds the folder. */
export const readme = (manifest: Manifest, work: readonly string[]): string => {
  const { chunks, over, program } = manifest;
  const first = chunks[0];
  return `A sweep of a sheet of Kernelsheet ${program}: ${over.map(({ name, values }) => `${name} (${values.length})`).join(' × ')} in ${chunks.length} tasks.

On a cluster with Slurm, from this folder:

  sbatch run.sh
  kernelsheet sweep gather . --json all.json --npz all.npz --parquet all.parquet

On one machine instead of sbatch:

  kernelsheet sweep run . --all --jobs 2

A task whose part is there already is skipped: submit again what failed or was cut short. gather says which tasks are missing.
Where kernelsheet is not on the path of the nodes, say how it is called: export KERNELSHEET="npx kernelsheet".

  sheet.ksheet   the sheet
  files/         the files that it reads, their hashes in their names
  points.csv     what each task fixes${first ? ` (task 0: ${describeChunk(first)})` : ''}
  run.sh         the array job
  sweep.json     the same for the program
  parts/         what the tasks computed
  logs/          what they said

${work.join('\n')}
`;
};
