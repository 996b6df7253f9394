import { availableParallelism } from 'node:os';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { ofBackend, ofJax, ofNumpy, type Contestant, type Task } from './contestants';

const tasks: readonly Task[] = [
  ...[256, 512, 1024].map((n) => ({ name: 'product' as const, n, batch: 1 })),
  ...[256, 512, 1024].map((n) => ({ name: 'cholesky' as const, n, batch: 1 })),
  { name: 'cholesky', n: 128, batch: 64 },
];

const operationsOf = ({ name, n, batch }: Task): number => batch * (name === 'product' ? 2 * n ** 3 : n ** 3 / 3);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Milliseconds that one measurement takes at least, and how many there are. */
const least = 30;

/**
 * `npm run bench:cpu [-- --threads N --rounds R]`: products and Cholesky factorisations, all contestants in turn, medians. Every result is
 * compared with ours by the sum of its absolute values.
 */
export const benchInNode = async (options: readonly string[]): Promise<void> => {
  const option = (name: string, otherwise: number): number => {
    const at = options.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(options[at + 1]);
  };
  const threads = option('threads', availableParallelism());
  const rounds = option('rounds', 9);
  const ours = await createCpuBackend({ threads });
  console.log(`${threads} threads for ours and for OpenBLAS; ${ours.adapter}; Node ${process.versions.node}; medians of ${rounds}`);
  const contestants = [
    ofBackend('cpu', ours),
    threads > 1 ? ofBackend('cpu, one thread', await createCpuBackend({ threads: 1 })) : undefined,
    await ofNumpy(threads),
    await ofNumpy(threads, 'Haswell'),
    await ofJax(),
    ofBackend('reference', createReferenceBackend()),
  ].filter((contestant): contestant is Contestant => contestant !== undefined);
  try {
    for (const task of tasks) await measure(task, contestants, rounds);
  } finally {
    for (const contestant of contestants) contestant.dispose();
  }
};

const measure = async (task: Task, contestants: readonly Contestant[], rounds: number): Promise<void> => {
  const taking: { contestant: Contestant; repeats: number; times: number[] }[] = [];
  let right: number | undefined;
  for (const contestant of contestants) {
    const sum = await contestant.prepare(task);
    if (sum === undefined) continue;
    right ??= sum;
    if (!(Math.abs(sum / right - 1) < (contestant.name.includes('f32') ? 1e-4 : 1e-9)))
      throw new Error(`${contestant.name} has another result for ${task.name} ${task.n}: ${sum}, ours is ${right}`);
    const once = Math.min(await contestant.run(1), await contestant.run(1));
    taking.push({ contestant, repeats: Math.max(1, Math.ceil(least / once)), times: [] });
  }
  for (let round = 0; round < rounds; round++)
    for (const { contestant, repeats, times } of taking) times.push(await contestant.run(repeats));
  const own = median(taking[0]!.times);
  console.log(`\n${task.name} ${task.n}²${task.batch > 1 ? ` × ${task.batch}` : ''}`);
  for (const { contestant, times } of taking) {
    const time = median(times);
    const rate = operationsOf(task) / time / 1e6;
    console.log(
      `  ${contestant.name.padEnd(44)} ${time.toFixed(2).padStart(9)} ms ${rate.toFixed(1).padStart(7)} GFLOP/s   ours is ${(time / own).toFixed(2)} × as fast`,
    );
  }
};
