import { describe, expect, it } from 'vitest';
import { Problem } from '$lib/base/problem';
import { decodePlain, encodePlain } from '$lib/cells/plain-data';
import { Gap } from '$lib/graph/gap';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';
import { chunkText } from '$lib/sweep/chunk-text';
import { cutIntoChunks } from '$lib/sweep/chunks';
import { countWork } from '$lib/sweep/shared-work';
import { KeptPoints } from '$lib/worker/kept-points';
import { SheetHost } from '$lib/worker/host';
import type { CellReport, PointRecord } from '$lib/worker/protocol';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { filesWith } from '../../support/evaluate';
import { sweepSheet } from '../../support/sweeps';

describe('encodePlain', () => {
  it.each([
    [[0, -0, NaN, Infinity, -Infinity, 0.1, 5e-324]],
    [{ a: undefined, b: [null, true, 'x'], c: Float64Array.of(1, NaN) }],
    [{ gap: new Gap('why'), problem: new Problem('what', { path: ['p'] }) }],
  ])('writes %o as JSON that gives it back', (value) => {
    const json = JSON.stringify(encodePlain(value));
    expect(decodePlain(JSON.parse(json) as Parameters<typeof decodePlain>[0])).toEqual(value);
  });

  it.each([[() => 1], [new Map()], [{ $number: 'x' }], [new Date(0)]])('has no form for %o', (value) => {
    expect(encodePlain({ value })).toBeUndefined();
  });
});

interface Told {
  readonly reports: ReadonlyMap<string, CellReport>;
  /** Nodes of which points were computed. */
  readonly made: readonly string[];
  readonly records: readonly PointRecord[];
  readonly blocks: (key: string) => Promise<readonly unknown[]>;
}

const hostWith = (kept: KeptPoints): SheetHost => {
  const backend = createReferenceBackend();
  return new SheetHost({
    services: { backend, files: filesWith() },
    engine: { backend: backend.name, adapter: backend.adapter, notice: '' },
    coarseFirst: false,
    kept,
  });
};

const evaluateWith = async (text: string, known: readonly PointRecord[], most?: number): Promise<Told> => {
  const kept = new KeptPoints();
  kept.recall(known);
  kept.together = most;
  const records: PointRecord[] = [];
  kept.listener = (record) => records.push(JSON.parse(JSON.stringify(record)) as PointRecord);
  const host = hostWith(kept);
  const reports = new Map<string, CellReport>();
  await host.listen((news) => {
    for (const report of news) reports.set(report.key, report);
  });
  await host.evaluate(text);
  await kept.settled();
  const made = [...new Set(records.filter(({ block }) => !block).map(({ node }) => node))];
  return { reports, made, records, blocks: (key) => host.matrices(key) };
};

const shown = (reports: ReadonlyMap<string, CellReport>): unknown =>
  [...reports].map(([key, { status, axes, fields, diagnostics, warnings, notes, gaps, problem }]) => ({
    key,
    ...{ status, axes, fields, diagnostics, warnings, notes, gaps, problem },
  }));

const nested = `delta = each(0.1, 1)
source = linear_task(dim: 4, train: 6, test: 5, seed: 1)
pre = source_kernel(source, theory: "lazy", temperature: 0.1)
low = min(error(target_kernel(coupling(pre, delta: delta), source)).test)
again = pre
modes = spectrum(pre)
first = again.size
figure = plot(error(target_kernel(coupling(pre, delta: delta), source)).test, x: delta)`;

describe('a sheet whose points are known', () => {
  it.each([
    ['cells', sweepSheet()],
    ['formulas inside formulas, kernels handed on', nested],
    ['points that fail', `${nested.replace('each(0.1, 1)', 'each(0.1, -1)')}\nlink = coupling(pre, delta: delta)`],
    ['a cell that fails', `${nested}\nbad = source_kernel(source, theory: "bayes", activation: "erf", width: 3)`],
  ])('is what it was, and nothing that takes long is computed: %s', async (_, text) => {
    const before = await evaluateWith(text, []);
    expect(before.made.length).toBeGreaterThan(2);
    const after = await evaluateWith(text, before.records);
    expect(after.made).toEqual([]);
    expect(shown(after.reports)).toEqual(shown(before.reports));
    for (const key of ['pre', 'again', 'post']) expect(await after.blocks(key)).toEqual(await before.blocks(key));
  });

  it('computes what an edit changes, with the values it needs, and nothing else', async () => {
    const text = `${sweepSheet()}other = linear_task(dim: 4, train: 6, test: 5, seed: 1)
apart = source_kernel(other, theory: "lazy", temperature: 0.1)
apart_err = error(apart)`;
    const before = await evaluateWith(text, []);
    // Another temperature of one kernel: nothing else has to be computed.
    const one = await evaluateWith(
      text.replace(
        'apart = source_kernel(other, theory: "lazy", temperature: 0.1)',
        'apart = source_kernel(other, theory: "lazy", temperature: 0.2)',
      ),
      before.records,
    );
    expect(one.made).toEqual(['apart', 'apart_err']);
    // A point more on an axis: the source is needed itself now, so it is computed; the points that are known are not.
    const text2 = text.replace('count: 12', 'count: 13').replace('range(1, 12', 'range(1, 13');
    const two = await evaluateWith(text2, before.records);
    expect(two.made).toEqual(['pre', 'link', 'post', 'err']);
    expect(two.records.filter(({ node, block }) => node === 'err' && !block).length).toBe(5);
    expect(shown(two.reports)).toEqual(shown((await evaluateWith(text2, [])).reports));
  });

  it('puts parts together: the points of the parts are those of the whole', async () => {
    const text = sweepSheet();
    const whole = await evaluateWith(text, []);
    const parts: PointRecord[] = [];
    for (const values of [[1, 2, 3, 4, 5], [6], [7, 8, 9, 10, 11, 12]])
      parts.push(...(await evaluateWith(chunkText(text, { axes: [{ name: 'draw', values }] }), [])).records);
    const gathered = await evaluateWith(text, parts);
    expect(gathered.made).toEqual([]);
    expect(shown(gathered.reports)).toEqual(shown(whole.reports));
  });

  it('computes in twelve chunks as many points as were counted before: of what does not depend on the axis, one a chunk', async () => {
    const swept = sweepSheet().replace('train: 8, test: 10, seed: 1', 'train: 8, test: 10, seed: draw');
    const axes = [
      { name: 'draw', values: Array.from({ length: 12 }, (_, i) => i + 1) },
      { name: 'delta', values: [0.01, 0.1, 1, 10, 100] },
    ];
    for (const [text, most] of [
      [sweepSheet(), 132 / 121],
      [swept, 1],
    ] as const) {
      const chunks = cutIntoChunks(axes.slice(0, 1), 12);
      const counted = countWork(compile(parse(text), kinds), axes, chunks);
      const made: string[] = [];
      for (const chunk of chunks)
        for (const { node, block } of (await evaluateWith(chunkText(text, chunk), [])).records) if (!block) made.push(node);
      for (const { node, chunks: points } of counted)
        expect({ node, points: made.filter((one) => one === node).length }).toEqual({ node, points });
      const sum = (of: 'whole' | 'chunks'): number => counted.reduce((total, one) => total + one[of], 0);
      expect(sum('chunks') / sum('whole')).toBeCloseTo(most, 12);
      expect(most).toBeLessThanOrEqual(1.15);
    }
  });

  it('counts the points that fit, whether they come before or after the sheet was computed here', async () => {
    const { records } = await evaluateWith(sweepSheet(), []);
    const points = records.filter(({ block }) => !block);
    const changed = sweepSheet().replace('seed: draw', 'seed: draw + 100');
    for (const [text, fitting] of [
      [sweepSheet(), points.length],
      [changed, points.filter(({ node }) => node === 'pre' || node === 'link').length],
    ] as const) {
      const kept = new KeptPoints();
      const host = hostWith(kept);
      await host.evaluate(text);
      expect(host.recalled).toBe(0);
      kept.recall(points);
      await host.evaluate(text);
      expect(host.recalled).toBe(fitting);
    }
  });

  it('keeps points in groups where that is asked for, with the same results', async () => {
    const all = await evaluateWith(sweepSheet(), []);
    const few = await evaluateWith(sweepSheet(), [], 7);
    expect(shown(few.reports)).toEqual(shown(all.reports));
    const keysOf = ({ records }: Told): string[] => records.flatMap(({ key, block }) => (block ? [] : [key]));
    expect(keysOf(few)).toEqual(keysOf(all));
  });
});
