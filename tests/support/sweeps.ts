import { readFileSync } from 'node:fs';

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
  const timeless = Object.entries(cells).map(([key, { milliseconds: _, ...cell }]) => [key, cell]);
  return { engine, cells: Object.fromEntries(timeless) };
};
