import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { proportional } from '$lib/theory/proportional';
import type { Errors } from '$lib/theory/theory';
import { denseErrors, physicalRoots, sourceEquation, sourceRoot } from '../../support/proportional';
import { bayesParameters, makeTask } from '../../support/task';
import { withBackend } from '../harness/suite';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const source = makeTask(8, 30, 20, 1, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k), 0) / 2);
const target = makeTask(8, 14, 20, 2, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k + 0.6), 0) / 2);
const deltas = [0.1, 1, 10, 100];
const names = ['test', 'train', 'bias', 'variance'] as const;

export interface Comparison {
  readonly name: string;
  /** Largest relative difference of an error from the dense evaluation in double precision. */
  readonly apart: number;
}

/** Targets on the device against the equations written out in the tests. */
export const againstDense = (temperature: number): Promise<Comparison[]> =>
  withBackend(async (backend) => {
    const all: Comparison[] = [];
    for (const phi of ['linear', 'erf'] as const)
      for (const width of [60, 300]) {
        const parameters = { ...bayesParameters, activation: phi, width, temperature };
        const [kernel] = await proportional.source(backend, [{ task: source, parameters }], run);
        if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
        using first = kernel;
        const targets = await proportional.target(
          backend,
          deltas.map((delta) => ({ source: first, delta, task: target, parameters })),
          run,
        );
        const order = sourceRoot(sourceEquation(phi, source, temperature, width));
        for (const [i, result] of targets.entries()) {
          if (result instanceof Problem) throw result;
          using each = result;
          const delta = deltas[i] ?? NaN;
          const setting = { phi, source, target, sourceTemperature: temperature, temperature, width, delta, order };
          const [root] = physicalRoots(setting);
          if (!root) throw new Error('the dense evaluation found no root');
          const wanted = denseErrors(setting, root);
          const errors: Errors = await each.errors(run);
          all.push({
            name: `${phi}, N = ${width}, δ = ${delta}`,
            apart: Math.max(...names.map((which) => Math.abs(errors[which] / wanted[which] - 1))),
          });
        }
      }
    return all;
  });
