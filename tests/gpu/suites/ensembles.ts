import type { Activation } from '$lib/base/activation';
import type { Run } from '$lib/base/run';
import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { forward, outputs } from '$lib/theory/networks/forward';
import { freshWeights } from '$lib/theory/networks/fresh-weights';
import { gradientSteps } from '$lib/theory/networks/gradient-steps';
import type { NetworkPoint, NetworkResult } from '$lib/theory/networks/networks';
import { evaluate } from '$lib/theory/networks/posterior';
import { networkPoint, pair, quietly, stage } from '../../support/networks';
import { makeTask } from '../../support/task';
import { relativeError, withBackend } from '../harness/suite';

const [source, target] = pair(5, 12, 9);

/** Largest error of what each layer moves by in one step of networks of any depth, against the reference, relative to its largest entry. */
export const layers = (given: unknown) =>
  withBackend(async (backend) => {
    const worst: { depth: number; activation: Activation; error: number }[] = [];
    const { depths, activations } = given as { depths: number[]; activations: Activation[] };
    const moves = async (each: Backend, depth: number, activation: Activation): Promise<Float64Array[]> => {
      const examples = target.trainLabels.length;
      const { hidden, readout } = freshWeights(each, { activation, depth, width: 17 }, target.dimension, [7, 8]);
      using inputs = each.upload({ rows: examples, columns: target.dimension }, target.trainInputs);
      using labels = each.upload({ rows: examples, columns: 1 }, target.trainLabels);
      using base = each.zeros({ batch: 2, rows: examples, columns: 1 });
      const problem = { activation, inputs, labels, base, points: [0.8, 1.3].map((gamma) => ({ gamma, delta: 0, weightDecay: 0 })) };
      const all = [...hidden, readout];
      const before: Float64Array[] = [];
      for (const matrix of all) before.push(await each.read(matrix));
      gradientSteps(each, problem, { hidden, readout }, [0.02, 0.02], 1);
      const moved = [];
      for (const [i, matrix] of all.entries()) {
        const now = await each.read(matrix);
        moved.push(now.map((value, at) => value - before[i]![at]!));
        matrix[Symbol.dispose]();
      }
      return moved;
    };
    const reference = createReferenceBackend();
    for (const depth of depths)
      for (const activation of activations) {
        const [ours, exact] = [await moves(backend, depth, activation), await moves(reference, depth, activation)];
        worst.push({ depth, activation, error: Math.max(...ours.map((moved, i) => relativeError(moved, exact[i]!))) });
      }
    return worst;
  });

const points = (which: 'gradient' | 'langevin' | 'readout'): NetworkPoint[] => {
  const told = which === 'gradient' ? { time: 1 } : { temperature: 0.3 };
  const how = { theory: which === 'gradient' ? 'flow' : 'bayes', method: which, seeds: 3, burnIn: 4, samples: 6 } as const;
  return [0.5, 30].flatMap((delta) =>
    [9, 24].map((width) => networkPoint(stage(source, told), stage(target, { ...told, gamma: 1.4 }), { ...how, delta, width })),
  );
};

const figures = (results: readonly (NetworkResult | Error)[]): number[] =>
  results.flatMap((result) => {
    if (result instanceof Error) throw result;
    const { train, test, bias, variance, stderr } = result.errors;
    return [train, test, bias, variance, stderr!.test, stderr!.bias!];
  });

/** A small ensemble of each method: its figures here and on the reference, and whether stopping it changes anything. */
export const ensembles = (given: unknown) =>
  withBackend(async (backend) => {
    const which = given as 'gradient' | 'langevin' | 'readout';
    const all = points(which);
    const reference = createReferenceBackend();
    using exact = openEnsemble(reference, all);
    await exact.advance(quietly());
    using whole = openEnsemble(backend, all);
    await whole.advance(quietly());
    using stopped = openEnsemble(backend, all);
    let pauses = 0;
    while (!stopped.finished) {
      const control = new AbortController();
      const run: Run = { ...quietly(control.signal), progress: () => control.abort() };
      await stopped.advance(run);
      pauses++;
    }
    const [ours, again] = [figures(await whole.results()), figures(await stopped.results())];
    const exported = [await whole.network(2, 1), await stopped.network(2, 1)].map(({ readout, weights }) => [
      ...readout,
      ...weights[0]!.values,
    ]);
    return {
      error: relativeError(ours, figures(await exact.results())),
      same: ours.every((value, i) => Object.is(value, again[i])) && exported[0]!.every((value, i) => Object.is(value, exported[1]![i])),
      pauses,
    };
  });

/** What many networks hand over until a stop is first heard, in units of their outputs on the training set. */
export const firstWait = () =>
  withBackend(async (backend) => {
    const [networks, width, activation] = [64, 128, 'tanh'] as const;
    const task = makeTask(32, 64, 100, 1, ([x = 0]) => x);
    const { hidden, readout } = freshWeights(backend, { activation, depth: 1, width }, task.dimension, Array(networks).fill(1));
    using inputs = backend.upload({ rows: 64, columns: task.dimension }, task.trainInputs);
    const before = backend.operations;
    using pass = forward(backend, activation, hidden, inputs);
    outputs(backend, pass.values.at(-1)!, readout)[Symbol.dispose]();
    const unit = backend.operations - before;
    for (const matrix of [...hidden, readout]) matrix[Symbol.dispose]();
    const control = new AbortController();
    const start = backend.operations;
    let queued: number | undefined;
    const heard = (): void => {
      queued ??= backend.operations - start;
      control.abort();
    };
    const watched = Object.create(backend, {
      settle: { value: () => (heard(), backend.settle()) },
      read: { value: (...given: Parameters<Backend['read']>) => (heard(), backend.read(...given)) },
    }) as Backend;
    using many = openEnsemble(watched, [networkPoint(stage(task), stage(task), { activation, width, seeds: networks })]);
    await many.advance(quietly(control.signal));
    return (queued ?? NaN) / unit;
  });

/** The most that networks sampled from their posterior hand over between two looks at the signal, in units of one evaluation of the posterior. */
export const langevinLooks = () =>
  withBackend(async (backend) => {
    const [networks, width, activation] = [64, 128, 'tanh'] as const;
    const task = makeTask(32, 64, 100, 1, ([x = 0]) => x);
    const { hidden, readout } = freshWeights(backend, { activation, depth: 1, width }, task.dimension, Array(networks).fill(1));
    using inputs = backend.upload({ rows: 64, columns: task.dimension }, task.trainInputs);
    using labels = backend.zeros({ batch: networks, rows: 64, columns: 1 });
    const posterior = {
      activation,
      inputs,
      labels,
      temperatures: Array<number>(networks).fill(1),
      scales: Array<number>(networks).fill(1),
    };
    const before = backend.operations;
    evaluate(backend, posterior, hidden)[Symbol.dispose]();
    const unit = backend.operations - before;
    for (const matrix of [...hidden, readout]) matrix[Symbol.dispose]();
    const control = new AbortController();
    let [last, most, looks] = [backend.operations, 0, 0];
    // The start and two steps of the first trajectory: its making is the same for all of them.
    const look = (): void => {
      most = Math.max(most, backend.operations - last);
      last = backend.operations;
      if (++looks === 15) control.abort();
    };
    const watched = Object.create(backend, {
      settle: { value: () => (look(), backend.settle()) },
      read: { value: (...given: Parameters<Backend['read']>) => (look(), backend.read(...given)) },
    }) as Backend;
    using many = openEnsemble(watched, [
      networkPoint(stage(task, { temperature: 1 }), stage(task, { temperature: 1 }), {
        theory: 'bayes',
        method: 'langevin',
        activation,
        width,
        seeds: networks,
      }),
    ]);
    await many.advance(quietly(control.signal));
    return { most: most / unit, looks, progress: many.progress };
  });
