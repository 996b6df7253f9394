import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { Engine } from '$lib/backend/cpu/engine';
import { CpuMatrix } from '$lib/backend/cpu/matrix';
import { CpuMemory } from '$lib/backend/cpu/memory';
import { loadModule } from '$lib/backend/cpu/module';
import { combine } from '$lib/backend/cpu/operations/combine';
import { helperStarter, type Helper, type StartHelper } from '$lib/backend/cpu/threads/helpers';
import { Pool } from '$lib/backend/cpu/threads/pool';
import { numbers } from './naive';

/** What is tested is not how fast it is: the machine may be busy. */
const patient = 60_000;

const n = 200;

const worked = async (backend: Backend): Promise<Float64Array[]> => {
  const a = backend.upload({ rows: n, columns: n }, numbers(n * n, 3));
  const product = backend.product(a, a);
  const system = backend.addDiagonal(backend.gram(a), 1);
  const factor = backend.cholesky(system);
  return Promise.all(
    [product, system, factor.lower, backend.solve(factor, a), backend.inverse(factor)].map((matrix) => backend.read(matrix)),
  );
};

test(
  'results are the same to the last bit with one, two and three threads',
  async () => {
    const [one, ...others] = await Promise.all(
      [1, 2, 3].map(async (threads) => {
        const backend = await createCpuBackend({ threads });
        expect(backend.adapter).toBe(`double precision, WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}`);
        const found = await worked(backend);
        backend.dispose();
        return found;
      }),
    );
    for (const other of others)
      other.forEach((values, i) => {
        const same = Buffer.from(values.buffer).equals(Buffer.from(one![i]!.buffer));
        expect(same, `result ${i}`).toBe(true);
      });
  },
  patient,
);

/** Takes one ticket, says so by the flag, and ends as if it had been killed. */
const saboteur = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { start, flag } = workerData;
  const told = new Int32Array(start.memory.buffer, start.control, start.integers);
  const at = start.field.tickets;
  parentPort.postMessage('ready');
  for (;;) {
    const tickets = Atomics.load(told, at);
    if (tickets > 0 && Atomics.compareExchange(told, at, tickets, tickets - 1) === tickets) break;
  }
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
  process.exit();
`;

describe('helping threads', () => {
  const open = async (start: StartHelper, patience = 5000): Promise<Engine> =>
    new Engine({ module: await loadModule('plain'), memory: new CpuMemory(), threads: 2, start, patience });

  test(
    'one that dies while it does nothing is replaced',
    async () => {
      const starter = await helperStarter();
      const started: Helper[] = [];
      const engine = await open((start) => {
        const helper = starter(start);
        started.push(helper);
        return helper;
      });
      await engine.ready();
      started[0]!.end();
      await started[0]!.ended;
      const a = CpuMatrix.zeros(engine, { rows: 1000, columns: 1000 });
      a.values.fill(3);
      const sum = combine(engine, [
        [2, a],
        [0.5, a],
      ]);
      expect(sum.values.every((value) => value === 7.5)).toBe(true);
      expect(started).toHaveLength(2);
      expect(await started[1]!.ready).toBe(true);
      engine.dispose();
    },
    patient,
  );

  test(
    'one that dies within a chunk is an error of the operation, and the next one works',
    async () => {
      const starter = await helperStarter();
      const module = await loadModule('plain');
      const memory = new CpuMemory();
      const engine = new Engine({ module, memory, threads: 1 });
      const flag = new Int32Array(new SharedArrayBuffer(4));
      let started = 0;
      const start: StartHelper = (spec) => {
        started += 1;
        if (started > 1) return starter(spec);
        const worker = new Worker(saboteur, { eval: true, workerData: { start: spec, flag } });
        const ended = new Promise<void>((resolve) => {
          worker.once('exit', () => resolve());
        });
        return { ready: Promise.resolve(true), ended, end: () => void worker.terminate() };
      };
      const pool = new Pool(memory, start, module, ['hadamard'], 2);
      using out = engine.room(4);
      using two = engine.numbers([2, 3, 4, 5]);
      const done: number[] = [];
      const job = {
        ...{ kernel: 0, tasks: 4, chunk: 1, scratch: 0, scratchBytes: 0 },
        given: [out.address, 1, 2, two.address, 8, two.address, 8],
        own: (first: number, end: number): void => {
          // Waits for the other one, so that it has something to die in.
          Atomics.wait(flag, 0, 0, 20_000);
          engine.run(
            'hadamard',
            { tasks: 1, each: 1 },
            ...[out.address + 8 * first, 1, 2, two.address + 8 * first, 8, two.address + 8 * first, 8],
          );
          done.push(first, end);
        },
      };
      expect(() => pool.run({ ...job, patience: 200 })).toThrow('a helping thread has died');
      expect(Atomics.load(flag, 0)).toBe(1);
      memory.numbers(out.address, 4).fill(0);
      pool.run({ ...job, patience: 20_000 });
      expect([...memory.numbers(out.address, 4)]).toEqual([4, 9, 16, 25]);
      expect(started).toBe(2);
      pool.dispose();
    },
    patient,
  );

  test(
    'a kernel that traps is an error of the operation, and the next one works',
    async () => {
      const engine = await open(await helperStarter());
      await engine.ready();
      const beyond = 2 ** 32 - 64;
      // 64 tasks write beyond the end of the memory, whichever thread does them.
      expect(() => engine.run('hadamard', { tasks: 64, each: 1e6 }, beyond, 1000, 1000, 0, 0, 0, 0)).toThrow();
      using a = CpuMatrix.zeros(engine, { rows: 1000, columns: 1000 });
      expect(combine(engine, [[1, a]]).values.every((value) => value === 0)).toBe(true);
      engine.dispose();
    },
    patient,
  );
});
