import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { CellReport, EngineNews, PointRecord } from '$lib/worker/protocol';
import { Supervisor, type Link, type Opening } from '$lib/worker/supervisor';
import { Workplace } from '$lib/worker/workplace';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { filesWith } from '../../support/evaluate';

interface Fake {
  readonly opening: Opening;
  readonly files: string[];
  readonly die: () => void;
}

/** A supervisor over workplaces in this thread. `die` ends one of them: from then on it answers nothing. */
const supervised = async (options: { deadOnArrival?: (nth: number) => boolean } = {}) => {
  const workers: Fake[] = [];
  const reports: CellReport[] = [];
  const news: EngineNews[] = [];
  const open = async (opening: Opening): Promise<Link> => {
    const files: string[] = [];
    const workplace = await Workplace.open({
      backend: 'reference',
      gpu: undefined,
      coarseFirst: false,
      files: Object.assign(filesWith(), { add: (name: string) => files.push(name) }),
      revision: opening.revision,
      open: () =>
        Promise.resolve({
          backend: createReferenceBackend(),
          report: { backend: opening.backend === 'cpu' ? 'cpu' : 'reference', adapter: '', notice: '' },
        }),
    });
    let alive = true;
    let die: () => void = () => undefined;
    const died = new Promise<void>((resolve) => {
      die = () => {
        alive = false;
        void workplace.dispose();
        resolve();
      };
    });
    const service = new Proxy(workplace, {
      get:
        (target, name: keyof Workplace) =>
        (...given: unknown[]) =>
          alive
            ? (target[name] as (...rest: unknown[]) => Promise<unknown>).apply(target, given).then(
                (value) => (alive ? value : new Promise(() => undefined)),
                (error: unknown) => (alive ? Promise.reject(error as Error) : new Promise(() => undefined)),
              )
            : new Promise(() => undefined),
    });
    workers.push({ opening, files, die });
    if (options.deadOnArrival?.(workers.length)) setTimeout(die);
    return { service, died, end: () => undefined };
  };
  const supervisor = await Supervisor.start(open, 'auto');
  await supervisor.listen((some) => reports.push(...some));
  await supervisor.watch((one) => news.push(one));
  const last = (key: string): CellReport | undefined => reports.findLast((report) => report.key === key);
  /** Until the worker that opened last has told that the sheet is there. */
  const told = async () => {
    const count = news.length;
    await vi.waitFor(() => expect(news.length).toBeGreaterThan(count), { timeout: 60_000 });
    await vi.waitFor(() => expect(news.at(-1)?.moving).toBe(false), { timeout: 60_000 });
  };
  return { supervisor, workers, news, last, told };
};

describe('Supervisor', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('opens another worker when an idle one dies, and computes the sheet again with higher revisions', async () => {
    const { supervisor, workers, news, last, told } = await supervised();
    await supervisor.addFile('own.csv', new Uint8Array([1, 2, 3]));
    await supervisor.addFile('large.csv', { refused: 'is too large' });
    expect(await supervisor.evaluate('a = 6 * 7')).toBe(true);
    const before = last('a')!;
    workers[0]!.die();
    await told();
    expect(news.map(({ moving }) => moving)).toEqual([true, false]);
    expect(workers).toHaveLength(2);
    expect(workers[1]).toMatchObject({ opening: { backend: 'auto', revision: before.revision }, files: ['own.csv', 'large.csv'] });
    expect(last('a')).toMatchObject({ status: 'ok', fields: { value: 42 } });
    expect(last('a')!.revision).toBeGreaterThan(before.revision);
  });

  it('gives recalled points to the next worker, until another engine is chosen', async () => {
    const text = 'source = linear_task(dim: 4, train: 6, test: 5, seed: 1)\npre = source_kernel(source, theory: "lazy")\nerr = error(pre)';
    const { supervisor, workers, last, told } = await supervised();
    const records: PointRecord[] = [];
    const elsewhere = await Workplace.open({
      backend: 'reference',
      gpu: undefined,
      coarseFirst: false,
      files: Object.assign(filesWith(), { add: () => undefined }),
    });
    await elsewhere.keep((record) => records.push(record));
    await elsewhere.evaluate(text);
    await elsewhere.kept();
    await elsewhere.dispose();
    await supervisor.recall(records);
    await supervisor.evaluate(text);
    const used = await supervisor.recalled();
    expect(used).toBeGreaterThan(0);
    const before = last('err')!;
    workers[0]!.die();
    await told();
    expect(workers).toHaveLength(2);
    expect(await supervisor.recalled()).toBe(used);
    expect(last('err')).toMatchObject({ status: 'ok', fields: before.fields });
    await supervisor.use('reference');
    workers[1]!.die();
    await told();
    expect(await supervisor.recalled()).toBe(0);
    expect(last('err')).toMatchObject({ status: 'ok', fields: before.fields });
  });

  it('asks the next worker what the dead one did not answer', async () => {
    const { supervisor, workers, last } = await supervised();
    await supervisor.evaluate('a = 1');
    const answers = [
      supervisor.evaluate('a = 2'),
      supervisor.engine(),
      supervisor.ask('view', 'a', { point: 0 } as never),
      supervisor.ask('matrices', 'a'),
    ];
    workers[0]!.die();
    expect(await answers[0]).toBe(true);
    expect(await answers[1]).toMatchObject({ backend: 'reference' });
    expect(await answers[2]).toMatchObject({ type: expect.any(String) as string });
    expect(await answers[3]).toEqual([]);
    expect(last('a')?.fields).toEqual({ value: 2 });
  });

  it('moves to the processor with a notice after repeated deaths, and back to the chosen engine after a long life', async () => {
    const { supervisor, workers, news, last, told } = await supervised();
    await supervisor.evaluate('a = 5');
    workers[0]!.die();
    await told();
    expect(news.at(-1)?.report).toMatchObject({ backend: 'reference', notice: '' });
    workers[1]!.die();
    await told();
    expect(workers.map(({ opening }) => opening.backend)).toEqual(['auto', 'auto', 'cpu']);
    expect(news.at(-1)?.report).toMatchObject({ backend: 'cpu', notice: expect.stringContaining('stopped more than once') as string });
    expect(last('a')?.fields).toEqual({ value: 5 });
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + 61_000);
    workers[2]!.die();
    await told();
    expect(workers.at(-1)!.opening.backend).toBe('auto');
  });

  it('reports a failure and rejects questions when every worker dies', async () => {
    const { supervisor, workers, news } = await supervised({ deadOnArrival: () => true });
    const asked = supervisor.evaluate('a = 5');
    await vi.waitFor(() => expect(news.at(-1)?.failure).toMatch(/^The engine stopped again and again/), { timeout: 60_000 });
    expect(news.at(-1)).toMatchObject({ moving: false });
    expect(workers.length).toBeLessThanOrEqual(4);
    await expect(supervisor.engine()).rejects.toThrow('again and again');
    await asked.catch(() => undefined);
  });
});
