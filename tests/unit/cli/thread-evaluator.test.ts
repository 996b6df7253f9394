import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { evaluate } from '../../../src/cli/evaluator';
import { ThreadEvaluator } from '../../../src/cli/thread-evaluator';
import type { ThreadCall, ThreadNews } from '../../../src/cli/thread-protocol';
import { report } from './reports';

const engine = { backend: 'reference', adapter: 'none', notice: '' } as const;

/** A thread whose other side is played by a test. */
class FakeThread extends EventEmitter {
  readonly calls: ThreadCall[] = [];
  terminated = 0;

  constructor(readonly answer: (call: ThreadCall, tell: (news: ThreadNews) => void) => void) {
    super();
  }

  postMessage(call: ThreadCall): void {
    this.calls.push(call);
    this.answer(call, (news) => this.emit('message', news));
  }

  terminate(): Promise<number> {
    this.terminated += 1;
    return Promise.resolve(0);
  }
}

const evaluatorOf = (thread: FakeThread): ThreadEvaluator => new ThreadEvaluator(thread);

test('answers reach their callers, reports reach the listener, and a Problem stays a Problem', async () => {
  const thread = new FakeThread(({ id, method, arguments: [question] }, tell) => {
    if (method === 'evaluate') tell({ reports: [report()] });
    if (method === 'open') tell({ id, problem: 'no engine' });
    else if (question === 'matrices') tell({ id, fault: 'broken' });
    else tell({ id, value: method === 'engine' ? engine : true });
  });
  const evaluator = evaluatorOf(thread);
  await expect(evaluator.open()).rejects.toThrow(Problem);
  await expect(evaluator.ask('matrices', 'a')).rejects.not.toThrow(Problem);
  const { reports, lost } = await evaluate(evaluator, 'x = 1', { timeout: undefined, onReports: () => undefined });
  expect([[...reports.keys()], lost]).toEqual([['err'], false]);
  await evaluator.close();
  expect(thread.calls.map(({ method }) => method)).toEqual(['open', 'ask', 'engine', 'evaluate', 'engine', 'close']);
  expect(thread.terminated).toBe(1);
});

test('when a thread fails, finished cells stay and the thread gets no further calls', async () => {
  const thread = new FakeThread(({ id, method }, tell) => {
    if (method === 'engine') tell({ id, value: engine });
    if (method !== 'evaluate') return;
    tell({ reports: [report({ key: 'done' }), report({ key: 'slow', status: 'computing' })] });
    thread.emit('error', Object.assign(new Error('limit reached'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }));
  });
  const evaluator = evaluatorOf(thread);
  const { reports, lost, failure } = await evaluate(evaluator, '', { timeout: 60, onReports: () => undefined });
  expect([reports.get('done')?.status, lost, failure]).toEqual(['ok', true, 'the evaluation ran out of memory']);
  await expect(evaluator.engine()).rejects.toThrow('out of memory');
  await evaluator.close();
  expect(thread.calls.map(({ method }) => method)).toEqual(['engine', 'evaluate']);
});

/** Answers a first call and reports; then it loops forever. */
const deaf = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, method }) => {
    if (method === 'engine') parentPort.postMessage({ id, value: { backend: 'cpu', adapter: 'none', notice: '' } });
    if (method !== 'evaluate') return;
    parentPort.postMessage({ reports: [{ key: 'done', status: 'ok' }, { key: 'slow', status: 'computing' }] });
    for (;;);
  });`;

test.each([
  ['the clock', 1],
  ['a signal', undefined],
])('%s ends a thread that is in a loop without end, and what it reported before stays', { timeout: 60_000 }, async (_, timeout) => {
  const thread = new Worker(deaf, { eval: true });
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  const evaluator = new ThreadEvaluator(thread);
  // Wait until the thread has started: a busy machine may take long.
  await evaluator.engine();
  let heard: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => (heard = resolve));
  const onReports = (): void => {
    if (timeout === undefined) heard();
  };
  const { reports, lost } = await evaluate(evaluator, '', { timeout, interrupted, onReports });
  expect([[...reports.values()].map(({ status }) => status), lost]).toEqual([['ok', 'computing'], true]);
  await evaluator.close();
  await ended;
});
