import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { deepTargets } from '$lib/theory/bayes/deep/target/solve-target';
import { deepSource, distance, still } from '../support/deep-target';
import { bayesParameters, makeTask, uniforms } from '../support/task';

/** `FIRST` and `PROBLEMS` choose a part of the list; `RECORD` names a file for a line of JSON a problem. */
const { FIRST = '0', PROBLEMS = '40', RECORD = '' } = process.env;

/** A small problem with two or three hidden layers, two to six examples in three to eight dimensions. */
function randomProblem(index: number) {
  const uniform = uniforms(1000 + index);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(uniform() * from.length)]!;
  const dimension = 3 + Math.floor(uniform() * 6);
  const [one, two] = [0, 1].map(() => Array.from({ length: dimension }, () => 2 * uniform() - 1)) as [number[], number[]];
  const rule = (w: readonly number[]) => (x: readonly number[]) => Math.tanh(x.reduce((sum, value, k) => sum + value * (w[k] ?? 0), 0));
  const blend = two.map((value, k) => 0.7 * one[k]! + 0.3 * value);
  return {
    source: makeTask(dimension, 2 + Math.floor(uniform() * 5), 2, 3 * index + 1, rule(one)),
    target: makeTask(dimension, 2 + Math.floor(uniform() * 5), 8, 3 * index + 2, rule(blend)),
    parameters: {
      ...bayesParameters,
      activation: pick(['erf', 'tanh', 'relu'] as const),
      depth: pick([2, 3]),
      gamma: 0.3 + 1.7 * uniform(),
      temperature: pick([0.05, 0.1, 0.3]),
    },
    delta: pick([0.1, 0.5, 1, 3, 10, 100]),
  };
}

test('random deep targets are right to 5 % beside long runs of another seed, or warned of', async () => {
  const backend = await createCpuBackend({ threads: 1 });
  const silent: object[] = [];
  const counts = { compared: 0, warned: 0, refused: 0 };
  try {
    for (let index = Number(FIRST); index < Number(FIRST) + Number(PROBLEMS); index++) {
      const { source, target, parameters, delta } = randomProblem(index);
      const solve = async (particles: number, seed: number) => {
        const own = { ...parameters, particles, seed };
        const kernel = await deepSource(backend, source, own);
        const [found] = await deepTargets(backend, [{ source: kernel, task: target, parameters: own, delta }], still);
        kernel[Symbol.dispose]();
        if (!found || found instanceof Problem) return found;
        const read = {
          kernel: await backend.read(found.train),
          f: await found.predict(target.testInputs, still),
          warnings: found.warnings,
        };
        found[Symbol.dispose]();
        return read;
      };
      const [short, long] = [await solve(512, 1), await solve(4096, 2)];
      if (!short || !long || short instanceof Problem || long instanceof Problem) {
        counts.refused++;
        continue;
      }
      counts.compared++;
      // That it is experimental is no warning of this result.
      const warned = short.warnings.filter((text) => !text.startsWith('experimental'));
      const off = { kernel: distance(short.kernel, long.kernel), f: distance(short.f, long.f) };
      const told = { index, ...parameters, delta, ...off, warned, long: long.warnings };
      if (warned.length > 0) counts.warned++;
      else if (Math.max(off.kernel, off.f) > 0.05) silent.push(told);
      if (RECORD !== '') appendFileSync(RECORD, `${JSON.stringify(told)}\n`);
    }
  } finally {
    backend.dispose();
  }
  console.log(counts);
  console.table(silent);
  expect(silent).toEqual([]);
  expect(counts.refused).toBe(0);
});
