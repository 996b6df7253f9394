import { describe, expect, test } from 'vitest';
import { evaluate, filesWith } from '../../support/evaluate';

const lazy = 'k = source_kernel(d, theory: "lazy", kernel: "ntk", activation: "relu", temperature: 0.01)';
const read = (rows: string, tests: number, kernel = lazy, more = '') =>
  evaluate(
    `d = table("d.csv", label: "y", test: ${tests})\n${kernel}\ne = error(k)\n${more}`,
    filesWith({ 'd.csv': `x1,x2,y\n${rows}\n` }),
  );

/** Predictions of each case from NumPy: the tangent kernel of one hidden layer and `solve`. */
describe('classification on the reference', () => {
  test.each([
    // f = 0.059, 0.956 for 0, 1: a perfect predictor.
    ['0/1', '1,0,0\n0,1,1\n1,0.1,0\n0.1,1,1', 2, 0],
    // f = 1.173, 2.002, 1.223 for 1, 2, 2: the last one is wrong.
    ['1/2', '1,0,1\n0,1,2\n1,0.2,1\n0.3,1,2\n0.6,0.5,2', 3, 1 / 3],
    // f = 0.932, 1.973, 1.650, 0.290 for the class numbers 1, 2, 2, 1: the last one is nearer to 0.
    ['0, 1, 2', '1,0,0\n0,1,1\n-1,0,2\n1,0.05,0\n0.05,1,1\n-1,0.1,2\n-0.9,-0.2,2\n0.6,0.7,1', 4, 1 / 4],
  ])('of labels %s counts the wrong classes', async (_, rows, tests, expected) => {
    const of = await read(rows, tests);
    expect(of('e').fields['classification']).toBeCloseTo(expected, 12);
  });

  test('of labels −3 and 5 is told by their middle', async () => {
    // f = −2.086, 3.847, 1.354, 0.656 for −3, 5, 5, −3 at T = 0.1: none wrong, though the last one has the wrong sign.
    const of = await read('1,0,-3\n0,1,5\n1,0.1,-3\n0.1,1,5\n0.7,0.8,5\n0.8,0.7,-3', 4, lazy.replace('0.01', '0.1'));
    expect(of('e').fields['classification']).toBe(0);
  });

  const far = '1,0,0\n0,1,1\n0.9,0.1,0\n0.1,0.9,1\n1,0.1,0\n0.1,1,1\n0.9,0,0\n0,0.9,1';
  test.each([
    'theory: "lazy", activation: "erf"',
    'theory: "bayes", activation: "linear"',
    'theory: "bayes", activation: "erf", particles: 64',
    'theory: "flow", activation: "linear", particles: 64, time: 20',
    'theory: "proportional", activation: "erf", width: 200',
  ])('of labels 0/1 is right with %s', async (told) => {
    const of = await read(far, 4, `k = source_kernel(d, ${told}, temperature: 0.01)`);
    expect(of('e').fields['classification']).toBe(0);
  });

  test('of labels 0/1 is right of networks', async () => {
    const of = await read(far, 4, lazy, 'n = networks(coupling(k, delta: 1), d, method: "gradient", width: 64, seeds: 2, time: 20)');
    expect(of('n').fields['classification']).toBe(0);
  });

  test.each([
    ['three values that are no class numbers', '1,0,0.5\n0,1,1.25\n1,1,2\n0.5,0.5,0.5\n1,0.5,1.25'],
    ['real labels of one sign', '1,0,31.2\n0,1,30.1\n1,1,37.9\n0.5,0.5,33.3\n1,0.5,36.6'],
    ['one value', '1,0,5\n0,1,5\n1,1,5\n0.5,0.5,5\n1,0.5,5'],
  ])('is not there for %s, and why is said once', async (_, rows) => {
    const of = await read(
      rows,
      2,
      lazy,
      'c = e.classification\nn = networks(coupling(k, delta: 1), d, width: 4, seeds: 2, time: 1, method: "gradient")',
    );
    expect(Object.keys(of('e').fields)).toEqual(['train', 'test', 'bias', 'variance']);
    expect(of('e').notes).toEqual([expect.stringMatching(/^no classification: /)]);
    expect(of('c').problem?.message).toMatch(/^classification: /);
    expect(Object.keys(of('n').fields).filter((name) => name.startsWith('classification'))).toEqual([]);
  });

  test('of a task with a teacher is the share of wrong signs, as before', async () => {
    const of = await evaluate(
      'd = linear_task(dim: 3, train: 8, test: 20)\nk = source_kernel(d, theory: "lazy", activation: "erf")\ne = error(k)',
    );
    expect(of('e').fields['classification']).toBeGreaterThanOrEqual(0);
    expect(of('e').notes).toBeUndefined();
  });
});
