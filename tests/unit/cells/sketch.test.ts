import { createReferenceBackend } from '$lib/backend/reference/reference';
import { inBatches } from '$lib/cells/batches';
import { SheetHost } from '$lib/worker/host';
import type { CellReport } from '$lib/worker/protocol';
import { describe, expect, it } from 'vitest';
import { filesWith } from '../../support/evaluate';

const sheet = (train: number): string => `
source = linear_task(dim: 4, train: ${train}, test: 5)
target = linear_task(like: source, alignment: 0.5, train: 6, test: 5)
pre = source_kernel(source, theory: "bayes", activation: "linear")
post = target_kernel(coupling(pre, delta: each(0, 1)), target)
err = error(post)
`;

/** A host with a sketch beside its backend, which is ready when told so; what it reports of `err`. */
const open = () => {
  const backend = createReferenceBackend();
  const sketch = createReferenceBackend();
  let makeReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (makeReady = resolve));
  const host = new SheetHost({
    services: { backend, sketch, ready, files: filesWith() },
    engine: { backend: 'reference', adapter: '', notice: '' },
    coarseFirst: true,
  });
  let heard: (report: CellReport) => void = () => undefined;
  void host.listen((reports) => {
    for (const report of reports) if (report.key === 'err') heard(report);
  });
  const until = (what: (report: CellReport) => boolean): Promise<CellReport> =>
    new Promise((resolve) => {
      heard = (report) => {
        if (what(report)) resolve(report);
      };
    });
  return { backend, sketch, host, until, makeReady };
};

describe('a sketch', () => {
  it('is shown before the backend is ready, and gives way to what the backend makes', async () => {
    const { backend, sketch, host, until, makeReady } = open();
    const coarse = until(({ provisional, fields }) => provisional && 'test' in fields);
    const done = host.evaluate(sheet(20));
    await coarse;
    expect(sketch.dispatches).toBeGreaterThan(0);
    expect(backend.dispatches).toBe(0);
    makeReady();
    expect(await done).toBe(true);
    expect(backend.dispatches).toBeGreaterThan(0);
    host.dispose();
    expect([backend.liveBytes, sketch.liveBytes]).toEqual([0, 0]);
  });

  it('is not made of many examples', async () => {
    const { sketch, host, makeReady } = open();
    makeReady();
    await host.evaluate(sheet(320));
    expect(sketch.dispatches).toBe(0);
    host.dispose();
  });
});

describe('inBatches', () => {
  it('answers every point at its place, one batch for those alike', async () => {
    const batches: number[][] = [];
    const results = await inBatches(
      [3, 1, 4, 1, 5, 9, 2, 6],
      (a, b) => a % 2 === b % 2,
      (first, batch) => {
        batches.push([first, ...batch]);
        return Promise.resolve(batch.map((value) => 10 * value));
      },
    );
    expect(results).toEqual([30, 10, 40, 10, 50, 90, 20, 60]);
    expect(batches).toEqual([
      [3, 3, 1, 1, 5, 9],
      [4, 4, 2, 6],
    ]);
  });
});
