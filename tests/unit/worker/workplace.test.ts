import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { OpenEngine } from '$lib/worker/engine';
import type { CellReport, EngineNews, EngineReport } from '$lib/worker/protocol';
import { isPassing } from '$lib/worker/report';
import { Workplace } from '$lib/worker/workplace';
import { signatureOf } from '$lib/worker/signature';
import { describe, expect, it, test, vi } from 'vitest';
import { filesWith } from '../../support/evaluate';

const sheet = `
task = linear_task(dim: 4, train: 12, test: 5)
pre = source_kernel(task, theory: "lazy", activation: "erf", temperature: 0.1)
err = error(pre)
`;

const open = async (backend: 'cpu' | 'reference' = 'cpu') => {
  const reports: CellReport[] = [];
  const workplace = await Workplace.open({
    backend,
    gpu: undefined,
    threads: 1,
    coarseFirst: false,
    files: Object.assign(filesWith(), { add: () => undefined }),
  });
  await workplace.listen((news) => reports.push(...news));
  const last = (key: string): CellReport | undefined => reports.findLast((report) => report.key === key);
  return { workplace, reports, last };
};

describe('Workplace.use', () => {
  it('computes the sheet anew on the engine that was chosen, with the same numbers and later revisions', async () => {
    const { workplace, last } = await open();
    expect(await workplace.evaluate(sheet)).toBe(true);
    expect((await workplace.engine()).backend).toBe('cpu');
    const before = last('err');
    expect(await workplace.use('reference')).toBe(true);
    expect((await workplace.engine()).backend).toBe('reference');
    const after = last('err');
    expect(after?.status).toBe('ok');
    expect(after?.fields['test']).toBeCloseTo(before?.fields['test'] as number, 9);
    expect(after?.revision).toBeGreaterThan(before?.revision ?? Infinity);
    await workplace.dispose();
  });

  it('overtakes what runs: who waits for the first evaluation hears when the last engine is done', async () => {
    const { workplace, last } = await open();
    const first = workplace.evaluate(sheet);
    const second = workplace.use('reference');
    const third = workplace.use('cpu');
    expect((await workplace.engine()).backend).toBe('cpu');
    expect(await Promise.all([first, second, third])).toEqual([true, true, true]);
    expect(last('err')?.status).toBe('ok');
    await workplace.dispose();
  });

  it('a text sent while another engine opens is the one that is evaluated', async () => {
    const { workplace, last } = await open('reference');
    await workplace.evaluate('x = 1');
    void workplace.use('cpu');
    expect(await workplace.evaluate('x = 2')).toBe(true);
    expect(last('x')?.fields).toEqual({ value: 2 });
    await workplace.dispose();
  });
});

/** A workplace whose engines are the reference by other names, with a handle on each. */
const openFaulty = async () => {
  const reports: CellReport[] = [];
  const news: EngineNews[] = [];
  const engines: { name: string; breaks: (reason: Error) => void; improves: (better: OpenEngine | EngineReport) => void }[] = [];
  const engineOf = (name: string): OpenEngine => {
    const backend = createReferenceBackend();
    let [breaks, improves]: [(reason: Error) => void, (better: OpenEngine | EngineReport) => void] = [() => undefined, () => undefined];
    const broken = new Promise<Error>((resolve) => (breaks = resolve));
    const better = new Promise<OpenEngine | EngineReport>((resolve) => (improves = resolve));
    engines.push({ name, breaks, improves });
    return { backend, broken, better, report: { backend: 'webgpu', adapter: name, notice: '' } };
  };
  const workplace = await Workplace.open({
    backend: 'auto',
    gpu: undefined,
    threads: 1,
    coarseFirst: false,
    files: Object.assign(filesWith(), { add: () => undefined }),
    open: (_choice, losses) => Promise.resolve(engineOf(`gpu after ${losses} losses`)),
  });
  await workplace.listen((some) => reports.push(...some));
  await workplace.watch((one) => news.push(one));
  const last = (key: string): CellReport | undefined => reports.findLast((report) => report.key === key);
  /** Until the last move has been told of to its end. */
  const told = (count: number) => vi.waitFor(() => expect(news.filter(({ moving }) => !moving)).toHaveLength(count), { timeout: 60_000 });
  return { workplace, engines, engineOf, news, last, told };
};

describe('a GPU that fails', () => {
  it('is told of when nobody waits: moving until the same numbers are there again', async () => {
    const { workplace, engines, news, last, told } = await openFaulty();
    await workplace.evaluate(sheet);
    const before = last('err');
    engines.at(-1)!.breaks(new Error('the GPU device was lost'));
    await told(1);
    expect(news).toEqual([
      { moving: true },
      { moving: false, report: expect.objectContaining({ adapter: 'gpu after 1 losses' }) as EngineReport },
    ]);
    expect(last('err')?.fields).toEqual(before?.fields);
    expect(last('err')?.revision).toBeGreaterThan(before?.revision ?? Infinity);
    await workplace.dispose();
  });

  it('and is lost in the middle of work, leaves who waits to hear of the same numbers from the next one', async () => {
    const { workplace, engines, news, last, told } = await openFaulty();
    await workplace.evaluate(sheet);
    const before = last('err');
    await workplace.evaluate('x = 1');
    const running = workplace.evaluate(sheet);
    engines.at(-1)!.breaks(new Error('the GPU device was lost'));
    expect(await running).toBe(true);
    await told(1);
    expect(engines).toHaveLength(2);
    expect(news.map(({ moving }) => moving)).toEqual([true, false]);
    expect(last('err')?.status).toBe('ok');
    expect(last('err')?.fields).toEqual(before?.fields);
    await workplace.dispose();
  });

  it('without memory for a cell leaves it to the processor, which says so, and is used again when the cell is gone', async () => {
    const { workplace, engines, news, last, told } = await openFaulty();
    await workplace.evaluate(`x = 1\n${sheet}`);
    engines.at(-1)!.breaks(new Problem('the GPU has no memory left for this: 9 GiB'));
    await told(1);
    const { report } = news.at(-1)!;
    expect(report?.backend).toBe('cpu');
    expect(report?.notice).toMatch(/^the GPU has no memory left for this: 9 GiB.*computed on the processor until/);
    expect(last('err')?.status).toBe('ok');
    // The same sheet again is not tried again.
    await workplace.evaluate(`x = 1\n${sheet}`);
    expect((await workplace.engine()).backend).toBe('cpu');
    await workplace.evaluate('x = 2');
    expect(await workplace.engine()).toMatchObject({ backend: 'webgpu', adapter: 'gpu after 0 losses', notice: '' });
    expect(last('x')?.fields).toEqual({ value: 2 });
    await workplace.dispose();
  });

  it('that answers late takes over from the engine that stands in; one that will not is told of', async () => {
    const { workplace, engines, engineOf, news, told } = await openFaulty();
    await workplace.evaluate('x = 1');
    const stand = await workplace.engine();
    engines[0]!.improves({ ...stand, notice: 'it is software' });
    await told(1);
    expect(await workplace.engine()).toEqual({ ...stand, notice: 'it is software' });
    const other = await openFaulty();
    await other.workplace.evaluate('x = 1');
    other.engines[0]!.improves(engineOf('late'));
    await other.told(1);
    expect(await other.workplace.engine()).toMatchObject({ adapter: 'late' });
    expect(other.last('x')?.status).toBe('ok');
    expect(news.at(-1)?.report?.notice).toBe('it is software');
    await Promise.all([workplace.dispose(), other.workplace.dispose()]);
  });

  it('signatures change with what a cell is computed from and with nothing else', () => {
    const text = 'p = 2\nbig = p * 3\nsmall = 1';
    const before = signatureOf(text, 'big');
    expect(signatureOf(text.replace('small = 1', 'small = 7'), 'big')).toBe(before);
    expect(signatureOf(text.replace('p = 2', 'p = 1'), 'big')).not.toBe(before);
    expect(signatureOf(text.replace('p * 3', 'p * 4'), 'big')).not.toBe(before);
    expect(signatureOf('p = 2', 'big')).not.toBe(before);
  });
});

test('a coarse result does not warn while a finer one is on its way; the fine one does', async () => {
  const reports: CellReport[] = [];
  const workplace = await Workplace.open({
    backend: 'reference',
    gpu: undefined,
    coarseFirst: true,
    // Columns of unequal scales: whatever is computed of them warns.
    files: Object.assign(filesWith({ 'd.csv': 'a,b,y\n1.1,0.0001,1\n-1,0.0003,-1\n0.5,-0.0002,1\n0.9,0.0007,1\n' }), {
      add: () => undefined,
    }),
  });
  await workplace.listen((news) => reports.push(...news));
  await workplace.evaluate(`
t = table("d.csv", label: "y", test: 1)
k = source_kernel(t, theory: "bayes", activation: "erf", gamma: 0.1, temperature: 0.5, particles: 64)`);
  // On a fast machine the fine result may be there before the coarse one is told.
  const coarse = reports.filter(({ key, provisional, fields }) => key === 'k' && provisional && 'size' in fields);
  expect(coarse.flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(isPassing('computing', { coarse: true })).toBe(true);
  expect(isPassing('stopped', { coarse: true })).toBe(false);
  expect(isPassing('ok', { coarse: false })).toBe(false);
  const last = reports.findLast(({ key }) => key === 'k');
  expect([last?.provisional, last?.warnings.length]).toEqual([false, expect.toSatisfy((count: number) => count > 0)]);
  await workplace.dispose();
});
