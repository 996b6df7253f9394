import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { evaluate, type Evaluator } from '../../../src/cli/evaluator';
import { ignoreClosedPipes, Interruption, statusOf } from '../../../src/cli/interruption';
import { jsonText } from '../../../src/cli/json';
import { outcomeOf } from '../../../src/cli/outcome';
import { report } from './reports';
import { answering } from '../../support/answering';

class FakeProcess extends EventEmitter {
  exits: number[] = [];
  exit(code?: number): never {
    this.exits.push(code ?? 0);
    return undefined as never;
  }
}

const fake = (): { on: FakeProcess; interruption: Interruption } => {
  const on = new FakeProcess();
  return { on, interruption: new Interruption(on as unknown as NodeJS.Process) };
};

test('the first signal is heard, a second one ends the program with its status', async () => {
  const { on, interruption } = fake();
  on.emit('SIGTERM', 'SIGTERM');
  expect(await interruption.heard).toBe('SIGTERM');
  expect(on.exits).toEqual([]);
  on.emit('SIGINT', 'SIGINT');
  expect(on.exits).toEqual([143]);
  interruption.close();
  expect(on.listenerCount('SIGINT') + on.listenerCount('SIGTERM')).toBe(0);
  expect([statusOf('SIGINT'), statusOf('SIGTERM')]).toEqual([130, 143]);
});

test('a closed pipe is no fault, another error is', () => {
  const stream = new EventEmitter();
  ignoreClosedPipes([stream]);
  stream.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }));
  expect(() => stream.emit('error', new Error('disk'))).toThrow('disk');
});

test('what was done when it came is kept, marked as partial, also when the rest does not come to a stop', async () => {
  const { on, interruption } = fake();
  let asked = 0;
  const deaf: Evaluator = {
    engine: () => Promise.resolve({ backend: 'reference', adapter: 'none', notice: '' }),
    listen: (listener) => {
      listener([report({ key: 'done' }), report({ key: 'slow', status: 'computing' })]);
      return Promise.resolve();
    },
    evaluate: () => new Promise(() => undefined),
    stop: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
    ask: answering(),
    addFile: () => Promise.resolve(),
    allow: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  setTimeout(() => on.emit('SIGINT', 'SIGINT'), 10);
  const { engine, reports, timedOut, lost } = await evaluate(deaf, '', {
    timeout: undefined,
    interrupted: interruption.heard,
    onReports: () => undefined,
  });
  expect([asked, timedOut, lost]).toEqual([1, false, true]);
  const outcomes = ['done', 'slow'].map((key) => outcomeOf(key, reports.get(key), 1, 'was stopped by SIGINT'));
  expect(JSON.parse(jsonText(engine, outcomes, new Map(), true))).toMatchObject({
    partial: true,
    cells: { done: { status: 'ok' }, slow: { status: 'error', message: 'was stopped by SIGINT' } },
  });
});

test('the warning of a cluster is heard where it is asked for, and may come more than once', async () => {
  const on = new FakeProcess();
  const interruption = new Interruption(on as unknown as NodeJS.Process, ['SIGINT', 'SIGTERM', 'SIGUSR1']);
  on.emit('SIGUSR1', 'SIGUSR1');
  on.emit('SIGUSR1', 'SIGUSR1');
  expect(await interruption.heard).toBe('SIGUSR1');
  expect(on.exits).toEqual([]);
  on.emit('SIGTERM', 'SIGTERM');
  expect(on.exits).toHaveLength(1);
  interruption.close();
  expect(on.listenerCount('SIGUSR1')).toBe(0);
});
