import { afterAll, describe, expect, it } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { chunkText } from '$lib/sweep/chunk-text';
import type { CellReport } from '$lib/worker/protocol';
import { evaluate } from '../../support/evaluate';

/**
 * What a point is must not depend on what is computed beside it: else the parts of a sweep would not be those of the whole sheet. Axes
 * that are cut here are those that the theories sweep in batches.
 */

const data = `source = linear_task(dim: 4, train: 6, test: 5, seed: 1)
target = linear_task(like: source, alignment: 0.8, train: 5, test: 5, seed: 2)
gamma = each(0.5, 2)
delta = each(0.1, 1, 10)`;

const chain = (theory: string, rest = ''): string => `${data}
pre = source_kernel(source, ${theory})
link = coupling(pre, delta: delta)
post = target_kernel(link, target${rest})
err = error(post)
own = error(pre)`;

const sheets: Readonly<Record<string, string>> = {
  'lazy, NNGP': chain('theory: "lazy", activation: "erf", temperature: 0.1'),
  'bayes, closed': chain('theory: "bayes", activation: "linear", gamma: gamma, temperature: 0.1'),
  'bayes, gamma of the target': chain('theory: "bayes", activation: "erf", gamma: 1, temperature: 0.5, particles: 16', ', gamma: gamma'),
  // Along delta this theory follows its solution: that axis stays whole.
  proportional: chain('theory: "proportional", activation: "linear", width: 20, temperature: gamma'),
  'bayes, particles, with Langevin networks': `${chain('theory: "bayes", activation: "erf", gamma: gamma, temperature: 0.5, particles: 16')}
nets = networks(link, target, width: 8, seeds: 2, burn_in: 1, samples: 1, thinning: 1)`,
  'flow, with gradient networks': `${chain('theory: "flow", activation: "erf", gamma: gamma, time: 0.2, step: 0.1, particles: 16')}
nets = networks(link, target, width: 8, seeds: 2)`,
};

interface Point {
  readonly where: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The fields of a cell at each point, under the values of its axes; a gap has its reason. */
const pointsOf = ({ axes, fields, gaps, status, problem }: CellReport): Point[] => {
  if (status !== 'ok') return [{ where: status, fields: { message: problem?.message } }];
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  return Array.from({ length: size }, (_, point) => {
    let rest = point;
    const where = axes
      .toReversed()
      .map(({ name, values }) => {
        const value = values[rest % values.length];
        rest = Math.floor(rest / values.length);
        return `${name} ${String(value)}`;
      })
      .sort()
      .join(', ');
    const at = Object.entries(fields).map(([name, values]): [string, unknown] => [
      name,
      Array.isArray(values) ? (values as unknown[])[point] : values,
    ]);
    return { where, fields: { ...Object.fromEntries(at), gap: gaps?.find((gap) => gap.point === point)?.reason } };
  });
};

const cells = (text: string): string[] => ['err', 'own', ...(text.includes('nets =') ? ['nets'] : [])];

const computed = async (text: string, backend: Backend): Promise<Map<string, unknown>> => {
  const of = await evaluate(text, undefined, backend);
  for (const cell of cells(text)) expect(of(cell)).toMatchObject({ status: 'ok' });
  return new Map(cells(text).flatMap((cell) => pointsOf(of(cell)).map(({ where, fields }) => [`${cell} at ${where}`, fields])));
};

const backends: Readonly<Record<string, () => Promise<Backend>>> = {
  reference: () => Promise.resolve(createReferenceBackend()),
  cpu: () => createCpuBackend({ threads: 2 }),
};

describe.each(Object.keys(backends))('points of a sweep on %s', (name) => {
  const opened: Backend[] = [];
  const open = async (): Promise<Backend> => {
    const backend = await (backends[name] as () => Promise<Backend>)();
    opened.push(backend);
    return backend;
  };
  afterAll(() => {
    for (const backend of opened) backend.dispose();
  });

  it.each(Object.entries(sheets))('are the same to the last bit alone and together: %s', async (_, text) => {
    const backend = await open();
    const whole = await computed(text, backend);
    const parts = new Map<string, unknown>();
    for (const gamma of [0.5, 2])
      for (const deltas of text.includes('proportional') ? [[0.1, 1, 10]] : [[0.1], [1, 10]]) {
        const part = chunkText(text, {
          axes: [
            { name: 'gamma', values: [gamma] },
            { name: 'delta', values: deltas },
          ],
        });
        for (const [where, fields] of await computed(part, backend)) parts.set(where, fields);
      }
    expect(whole.size).toBeGreaterThan(3);
    for (const [where, fields] of whole) expect.soft({ where, fields: parts.get(where) }).toEqual({ where, fields });
  });
});
