import { expect, test } from 'vitest';
import { Progress } from '../../../src/cli/progress';
import { report } from './reports';

test('away from a terminal each step is told once', () => {
  const written: string[] = [];
  const progress = new Progress({ write: (text) => written.push(text) }, 2);
  progress.take([report({ key: 'a', status: 'waiting' }), report({ key: 'b', status: 'computing', progress: 0.31 })]);
  progress.take([report({ key: 'b', status: 'computing', progress: 0.39 })]);
  progress.take([report({ key: 'b', status: 'computing', progress: 0.4 })]);
  progress.take([report({ key: 'b' })]);
  progress.end();
  expect(written).toEqual(['b: 30 %\n', 'b: 40 %\n', 'b: ok\n']);
});

test('on a terminal one line changes', () => {
  const written: string[] = [];
  const progress = new Progress({ isTTY: true, write: (text) => written.push(text) }, 2);
  progress.take([report({ key: 'a' }), report({ key: 'b', status: 'computing', progress: 0.25 })]);
  progress.end();
  expect(written).toEqual(['\r\x1b[K1 of 2 cells, b 25 %', '\r\x1b[K']);
});

test('a cell that is done at once is told as done only', () => {
  const written: string[] = [];
  const progress = new Progress({ write: (text) => written.push(text) }, 1);
  progress.gather([report({ key: 'a', status: 'computing', progress: 0 })]);
  progress.gather([report({ key: 'a' })]);
  expect(written).toEqual([]);
  progress.end();
  expect(written).toEqual(['a: ok\n']);
});
