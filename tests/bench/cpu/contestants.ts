import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { Contestant } from './measure';

/** What is measured: a product of n × n matrices or a Cholesky factorisation, of `batch` at once. */
export interface Task {
  readonly name: 'product' | 'cholesky';
  readonly n: number;
  readonly batch: number;
}

/** sin 1, sin 2, …: what every contestant is given. */
export const given = ({ n, batch }: Task): Float64Array => Float64Array.from({ length: batch * n * n }, (_, k) => Math.sin(k + 1));

/** Σ|result|, by which the contestants are compared: results stay with the peers. */
const sumOf = (values: ArrayLike<number>): number[] => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!);
  return [sum];
};

/** A backend of ours. */
export const ofBackend = (name: string, backend: Backend): Contestant<Task> => {
  let work: () => Matrix = () => backend.zeros({ rows: 1, columns: 1 });
  let operands: Matrix[] = [];
  return {
    name,
    prepare: async (task) => {
      for (const matrix of operands) matrix[Symbol.dispose]();
      const { n, batch } = task;
      const x = backend.upload({ batch, rows: n, columns: n }, given(task));
      operands = [x];
      work = () => backend.product(x, x);
      if (task.name === 'cholesky') {
        using gram = backend.gram(x);
        const system = backend.addDiagonal(gram, 1);
        operands.push(system);
        work = () => backend.cholesky(system).lower;
      }
      using result = work();
      return sumOf(await backend.read(result));
    },
    run: async (repeats) => {
      const start = performance.now();
      for (let i = 0; i < repeats; i++) work()[Symbol.dispose]();
      await backend.settle();
      return (performance.now() - start) / repeats;
    },
    dispose: () => {
      for (const matrix of operands) matrix[Symbol.dispose]();
    },
  };
};

/** NumPy and SciPy with as many threads; `kernels` is what OpenBLAS is held to. `undefined` where there is no Python with them. */
export const ofNumpy = async (threads: number, kernels?: string): Promise<Contestant<Task> | undefined> => {
  const { OPENBLAS_CORETYPE: _, ...env } = process.env;
  const child = spawn('python3', [fileURLToPath(new URL('openblas.py', import.meta.url))], {
    env: { ...env, OPENBLAS_NUM_THREADS: String(threads), ...(kernels && { OPENBLAS_CORETYPE: kernels }) },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return undefined;
  const asked = async (question: object): Promise<number> => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return Number((await lines.next()).value);
  };
  return {
    name: first.value,
    prepare: async ({ name, n, batch }) => [await asked({ task: name, n, batch })],
    run: (repeats) => asked({ repeats }),
    dispose: () => {
      child.kill();
    },
  };
};

/** jax-js on its WebAssembly backend, in single precision: it has no other there. Only products. */
export const ofJax = async (): Promise<Contestant<Task> | undefined> => {
  const jax = await import('@jax-js/jax');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  let work: (() => { data(): Promise<ArrayLike<number>> }) | undefined;
  return {
    name: 'jax-js wasm (f32)',
    single: true,
    prepare: async (task) => {
      work = undefined;
      if (task.name !== 'product' || task.batch > 1) return undefined;
      const x = jax.numpy.array(Float32Array.from(given(task)), { shape: [task.n, task.n] });
      work = () => jax.numpy.matmul(x.ref, x.ref);
      return sumOf(await work().data());
    },
    run: async (repeats) => {
      const start = performance.now();
      for (let i = 0; i < repeats; i++) await work?.().data();
      return (performance.now() - start) / repeats;
    },
    dispose: () => undefined,
  };
};
