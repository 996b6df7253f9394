import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { Problem } from '$lib/base/problem';
import type { Place } from '../../src/cli/place';
import type { Ended } from './command-line';

/** 12 × 5 points. */
export const sweepSheet = (): string => `# Twelve draws of a target
draw = range(1, 12, count: 12)
delta = range(0.01, 100, count: 5, scale: "log")
source = linear_task(dim: 6, train: 8, test: 10, seed: 1)
target = linear_task(like: source, alignment: 0.8, train: 6, test: 10, seed: draw)
pre = source_kernel(source, theory: "lazy", activation: "erf", temperature: 0.1)
link = coupling(pre, delta: delta)
post = target_kernel(link, target)
err = error(post)
best = argmin(err.test, over: delta)
low = min(err.test)
figure = plot(err.test, x: delta)
verdict = check(low < 3)
`;

interface Written {
  readonly engine: unknown;
  readonly cells: Readonly<Record<string, { milliseconds?: number }>>;
}

/** The cells of a written JSON and its engine, without the times they took. */
export const cellsOf = (file: string): { readonly engine: unknown; readonly cells: Readonly<Record<string, unknown>> } => {
  const { engine, cells } = JSON.parse(readFileSync(file, 'utf8')) as Written;
  const timeless = Object.entries(cells).map(([key, { milliseconds: _, ...cell }]) => [key, cell] as const);
  return { engine, cells: Object.fromEntries<unknown>(timeless) };
};

/** The hash of a task's part. */
export const hashOf = (folder: string, task: number): string =>
  (JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8')) as { chunks: { hash: string }[] }).chunks[task]?.hash ?? '';

/** A command in this process, with what it says; a `Problem` ends it as it ends the command line. */
export const here = async (command: (place: Place) => Promise<number>): Promise<Ended> => {
  const texts = { output: '', errors: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream === 'stdout' ? 'output' : 'errors'] += String(text);
      return true;
    }),
  );
  try {
    const status = await command({ root: fileURLToPath(new URL('../..', import.meta.url)), buildSite: () => undefined });
    return { status, ...texts };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: 2, output: texts.output, errors: `${texts.errors}${error.message}` };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
};
