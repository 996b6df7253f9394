import type { CellReport } from '$lib/worker/protocol';
import { Workplace } from '$lib/worker/workplace';
import { describe, expect, it } from 'vitest';
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
