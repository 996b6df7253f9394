import { expect, test } from '@playwright/test';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelsheet } from '../support/command-line';

interface Written {
  readonly cells: Readonly<Record<string, { readonly status: string; readonly message?: string; readonly fields?: unknown }>>;
}

let folder: string;
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelsheet-timeout-'));
  // Builds the command line where it is not there.
  expect((await kernelsheet(['--help'])).status).toBe(0);
});
test.afterAll(() => rm(folder, { recursive: true }));

const small = 't = linear_task(dim: 12, train: 40, test: 20)';
const middle = 't = linear_task(dim: 20, train: 400, test: 200)';
const large = 't = linear_task(dim: 20, train: 1500, test: 200)';

/** Work of minutes in each kind of cell that computes, the slow cell last. */
const slowest: Readonly<Record<string, readonly string[]>> = {
  lazy: [large, 'slow = source_kernel(t, theory: "lazy", kernel: "ntk", activation: "tanh", depth: 8)'],
  sweep: [large, 'slow = source_kernel(t, theory: "lazy", activation: "erf", temperature: range(0.01, 1, count: 5000))'],
  bayes: [middle, 'slow = source_kernel(t, theory: "bayes", activation: "tanh", gamma: 2, particles: 65536)'],
  deep: [middle, 'slow = source_kernel(t, theory: "bayes", activation: "erf", depth: 3, gamma: 2, particles: 16384)'],
  flow: [middle, 'slow = source_kernel(t, theory: "flow", activation: "erf", gamma: 2, particles: 65536, time: 1000)'],
  proportional: [
    large,
    'slow = source_kernel(t, theory: "proportional", activation: "erf", width: 500, temperature: range(0.01, 1, count: 500))',
  ],
  target: [
    small,
    'k = source_kernel(t, theory: "lazy", activation: "erf")',
    'c = coupling(k, delta: range(0.01, 1000, count: 40, scale: "log"))',
    'u = linear_task(dim: 12, train: 2000, test: 20000)',
    'slow = error(target_kernel(c, u))',
  ],
  networks: [
    small,
    'k = source_kernel(t, theory: "lazy", activation: "erf")',
    'c = coupling(k, delta: 1)',
    'u = linear_task(dim: 12, train: 400, test: 200)',
    'slow = networks(c, u, width: 8192, seeds: 64)',
  ],
  curve: [
    't = linear_task(dim: 20, train: 1000, test: 200)',
    'k = source_kernel(t, theory: "lazy", activation: "erf", temperature: range(0.1, 1, count: 8))',
    'slow = learning_curve(k, sizes: range(10, 900, count: 400))',
  ],
};

/** Runs a sheet for three seconds, and reads what it wrote. */
const forAWhile = async (name: string, lines: readonly string[]) => {
  const file = join(folder, `${name}.json`);
  const began = performance.now();
  const words = ['run', '-', '--backend', 'cpu', '--threads', '1', '--timeout', '3', '--json', file];
  const ended = await kernelsheet(words, { input: ['first = 1 + 1', ...lines].join('\n') });
  const seconds = (performance.now() - began) / 1000;
  return { name, ended, seconds, written: JSON.parse(await readFile(file, 'utf8')) as Written };
};

test('the time is up in every kind of cell: status 1, what was done is told, and the program ends', async () => {
  const entries = Object.entries(slowest);
  // Three at a time: what is tested does not depend on the speed.
  for (let first = 0; first < entries.length; first += 3) {
    for (const { name, ended, seconds, written } of await Promise.all(
      entries.slice(first, first + 3).map(([name, lines]) => forAWhile(name, lines)),
    )) {
      expect(ended.status, `${name}: ${ended.errors}`).toBe(1);
      expect(written.cells['first'], name).toMatchObject({ status: 'ok', fields: { value: 2 } });
      const { slow } = written.cells;
      expect(['error', 'waiting'], name).toContain(slow?.status);
      if (slow?.status === 'error') expect(slow.message, name).toBe('was not done after 3 s (--timeout)');
      test.info().annotations.push({ type: `${name} ended`, description: `${seconds.toFixed(1)} s` });
    }
  }
});

test('a signal ends it with its own status, and what was done is written', async () => {
  const file = join(folder, 'signal.json');
  const input = ['first = 1 + 1', ...slowest['sweep']!].join('\n');
  const ended = await kernelsheet(['run', '-', '--backend', 'cpu', '--threads', '1', '--json', file], { input, signalAt: 'slow: 0 %' });
  expect(ended.status, ended.errors).toBe(143);
  const written = JSON.parse(await readFile(file, 'utf8')) as Written & { readonly partial?: boolean };
  expect(written.partial).toBe(true);
  expect(written.cells['first']).toMatchObject({ status: 'ok', fields: { value: 2 } });
  expect(written.cells['slow']).toMatchObject({ status: 'error', message: 'was stopped by SIGTERM' });
});
