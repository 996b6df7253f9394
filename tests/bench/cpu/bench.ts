import { availableParallelism } from 'node:os';
import type { Backend } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { ofBackend, ofJax, ofNumpy, type Task } from './contestants';
import { fusedByBackend, fusedByNumpy, fusedTasks } from './fused';
import { measure, type Contestant } from './measure';

const tasks: readonly Task[] = [
  ...[256, 512, 1024].map((n) => ({ name: 'product' as const, n, batch: 1 })),
  ...[256, 512, 1024].map((n) => ({ name: 'cholesky' as const, n, batch: 1 })),
  { name: 'cholesky', n: 128, batch: 64 },
];

const operationsOf = ({ name, n, batch }: Task): number => batch * (name === 'product' ? 2 * n ** 3 : n ** 3 / 3);

const present = <Task>(contestants: readonly (Contestant<Task> | undefined)[]): Contestant<Task>[] =>
  contestants.filter((contestant) => contestant !== undefined);

/**
 * `npm run bench:cpu [-- --threads N --rounds R]`: products, Cholesky factorisations and the fused steps, all contestants in turn, medians.
 * Results are compared with ours before they are timed: the linear algebra by the sum of absolute values, the fused steps number by number.
 */
export const benchInNode = async (options: readonly string[]): Promise<void> => {
  const option = (name: string, otherwise: number): number => {
    const at = options.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(options[at + 1]);
  };
  const threads = option('threads', availableParallelism());
  const rounds = option('rounds', 9);
  const ours = await createCpuBackend({ threads });
  const one = threads > 1 ? await createCpuBackend({ threads: 1 }) : undefined;
  const reference = createReferenceBackend();
  const backends: readonly [string, Backend | undefined][] = [
    ['cpu', ours],
    ['cpu, one thread', one],
    ['reference', reference],
  ];
  console.log(`${threads} threads for ours and for OpenBLAS; ${ours.adapter}; Node ${process.versions.node}; medians of ${rounds}`);

  const linear = present([
    ...backends.map(([name, backend]) => backend && ofBackend(name, backend)),
    await ofNumpy(threads),
    await ofNumpy(threads, 'Haswell'),
    await ofJax(),
  ]);
  for (const task of tasks) {
    const title = `${task.name} ${task.n}²${task.batch > 1 ? ` × ${task.batch}` : ''}`;
    await measure({ task, title, tolerance: 1e-9, operations: operationsOf(task) }, linear, rounds);
  }
  for (const contestant of linear) contestant.dispose();

  const fused = present([
    ...backends.map(([name, backend]) => backend && fusedByBackend(name, backend)),
    await fusedByNumpy(threads).catch(() => undefined),
  ]);
  for (const make of fusedTasks) {
    const task = make();
    await measure({ task, title: task.title, tolerance: task.tolerance }, fused, rounds);
  }
  for (const contestant of fused) contestant.dispose();
  for (const [, backend] of backends) backend?.dispose();
};
