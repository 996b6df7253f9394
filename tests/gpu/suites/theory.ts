import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { activations } from '$lib/base/activation';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { flow } from '$lib/theory/flow';
import { lazy } from '$lib/theory/lazy';
import { proportional } from '$lib/theory/proportional';
import type { Errors, SourceParameters, Theory, TrainedKernel } from '$lib/theory/theory';
import { lazyFaults, nameOf, solveFault, type FaultResult } from '../../support/lazy-faults';
import { compareWithExact, exactErrors, planeTasks, type Comparison, type PlaneActivation } from '../../support/plane-theory';
import { bayesParameters, makeTask } from '../../support/task';
import { relativeError, withBackend, withNewBackend } from '../harness/suite';

/** What is compared of a kernel: its training block and its errors. */
interface Figures {
  readonly block: Float64Array;
  readonly errors: Errors;
}

export interface Disagreement {
  readonly name: string;
  readonly block: number;
  /** The largest relative difference of test, train, bias and variance. */
  readonly errors: number;
  readonly which: string;
}

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };

const source = makeTask(16, 33, 31, 1, ([a = 0, b = 0]) => Math.tanh(a + 0.5 * b));
const target = makeTask(16, 12, 31, 2, ([a = 0, b = 0]) => Math.tanh(0.5 * a + b));

const quick: Run = { ...run, quality: 'coarse' };

const figuresOf = async (backend: Backend, kernel: TrainedKernel | Problem | undefined): Promise<Figures> => {
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  return { block: await backend.read(kernel.train), errors: await kernel.errors(run) };
};

/** The source's figures and those of a target at each δ. */
const solve = async (
  backend: Backend,
  theory: Theory,
  parameters: SourceParameters,
  deltas: readonly number[],
  how = run,
): Promise<Figures[]> => {
  const [kernel] = await theory.source(backend, [{ task: source, parameters }], how);
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  using first = kernel;
  const points = deltas.map((delta) => ({ source: first, delta, task: target, parameters }));
  const targets = await theory.target(backend, points, how);
  const figures = [await figuresOf(backend, first)];
  for (const each of targets) {
    figures.push(await figuresOf(backend, each));
    if (!(each instanceof Problem)) each[Symbol.dispose]();
  }
  return figures;
};

const names = ['test', 'train', 'bias', 'variance'] as const;

/**
 * Which error differs most, and by how much of itself. The training error of a near interpolation, T²|Δ|²/P, has a condition of its own
 * and is of no consequence: it is measured against a ten-thousandth of the labels' mean square where it is less than that.
 */
const worst = (ours: Errors, exact: Errors, labels: Float64Array): { readonly errors: number; readonly which: string } => {
  const floor = (1e-4 * labels.reduce((sum, y) => sum + y * y, 0)) / labels.length;
  const scale = { ...exact, train: Math.max(exact.train, floor), variance: Math.max(exact.variance, floor) };
  const all = names.map((which) => ({ which, errors: Math.abs(ours[which] - exact[which]) / scale[which] }));
  return all.reduce((a, b) => (a.errors >= b.errors ? a : b));
};

/** The same theory on both backends. */
const compare = async (
  backend: Backend,
  theory: Theory,
  name: string,
  parameters: SourceParameters,
  deltas: readonly number[],
): Promise<Disagreement[]> => {
  const reference = createReferenceBackend();
  const exact = await solve(reference, theory, parameters, deltas);
  reference.dispose();
  const ours = await solve(backend, theory, parameters, deltas);
  return ours.map((figures, i): Disagreement => {
    const other = exact[i];
    if (!other) throw new Error('fewer kernels on the reference');
    return {
      name: `${name}${i === 0 ? ', source' : `, δ = ${String(deltas[i - 1])}`}`,
      block: relativeError(figures.block, other.block),
      ...worst(figures.errors, other.errors, (i === 0 ? source : target).trainLabels),
    };
  });
};

export interface Repetition {
  readonly name: string;
  /** The largest relative difference of block and errors between two runs of one seed, on a backend each, and between two seeds. */
  readonly same: number;
  readonly other: number;
}

/** Source and targets of every theory with one seed on two backends, and with another seed. */
export const repeated = (): Promise<Repetition[]> => withBackend((first) => withNewBackend((second) => repeatedOn(first, second)));

async function repeatedOn(first: Backend, second: Backend): Promise<Repetition[]> {
  const kinds: readonly (readonly [string, Theory, Partial<SourceParameters>, readonly number[]])[] = [
    ['lazy', lazy, {}, [3]],
    ['bayes', bayes, {}, [3]],
    ['bayes linear', bayes, { activation: 'linear' }, [3]],
    ['bayes of depth 2', bayes, { depth: 2, gamma: 0.5, particles: 128 }, []],
    ['flow', flow, { time: 4 }, [3]],
    ['proportional', proportional, { temperature: 0.1, width: 60 }, [3]],
  ];
  const results: Repetition[] = [];
  for (const [name, theory, changes, deltas] of kinds) {
    const of = (backend: Backend, seed: number): Promise<Figures[]> =>
      solve(backend, theory, { ...bayesParameters, particles: 64, ...changes, seed }, deltas, quick);
    const [one, again, other] = [await of(first, 1), await of(second, 1), await of(first, 2)];
    const apart = (others: readonly Figures[]): number =>
      Math.max(
        ...one.map(({ block, errors }, i) => {
          const theirs = others[i];
          if (!theirs) throw new Error('a kernel was lost');
          const numbersOf = (errorsOf: Errors): number[] => [errorsOf.test, errorsOf.train, errorsOf.stderr?.test ?? 0];
          return Math.max(relativeError(block, theirs.block), relativeError(numbersOf(errors), numbersOf(theirs.errors)));
        }),
      );
    results.push({ name, same: apart(again), other: apart(other) });
  }
  return results;
}

/** `lazy`: five activations, NNGP and NTK, depth 1 and 3. */
export const lazyKernels = (): Promise<Disagreement[]> =>
  withBackend(async (backend) => {
    const all: Disagreement[] = [];
    for (const activation of activations)
      for (const kernel of ['nngp', 'ntk'] as const)
        for (const depth of [1, 3]) {
          const parameters = { ...bayesParameters, activation, kernel, depth };
          all.push(...(await compare(backend, lazy, `${activation} ${kernel} ${depth}`, parameters, [0.3, 30])));
        }
    return all;
  });

/** `bayes` with linear activation, in closed form. */
export const bayesLinear = (): Promise<Disagreement[]> =>
  withBackend(async (backend) => {
    const all: Disagreement[] = [];
    for (const gamma of [0.1, 1, 3]) {
      const parameters = { ...bayesParameters, activation: 'linear', gamma } as const;
      all.push(...(await compare(backend, bayes, `γ = ${gamma}`, parameters, [0.01, 0.1, 1, 10, 100, 1000])));
    }
    return all;
  });

/** Φ of every hidden layer of a target on other examples, layer by layer. */
const layersOf = async (backend: Backend, parameters: SourceParameters, delta: number): Promise<Float64Array[]> => {
  const good = (kernel: TrainedKernel | Problem | undefined): TrainedKernel => {
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    return kernel;
  };
  using first = good((await bayes.source(backend, [{ task: source, parameters }], run))[0]);
  using second = good((await bayes.target(backend, [{ source: first, delta, task: target, parameters }], run))[0]);
  const layers: Float64Array[] = [];
  for (let layer = 1; layer <= parameters.depth; layer++) {
    using block = await second.on?.(target.testInputs, run, layer);
    if (!block) throw new Error('no kernel of a layer');
    layers.push(await backend.read(block));
  }
  return layers;
};

/** The saddle of deep linear networks of two to four layers, sources and targets, and kernels of all layers. */
export const bayesDeepLinear = (): Promise<Disagreement[]> =>
  withBackend(async (backend) => {
    const all: Disagreement[] = [];
    for (const depth of [2, 3, 4])
      for (const gamma of [0.3, 2]) {
        const parameters = { ...bayesParameters, activation: 'linear', depth, gamma } as const;
        const name = `L = ${depth}, γ = ${gamma}`;
        all.push(...(await compare(backend, bayes, name, parameters, [0, 0.01, 1, 30, 1e3, 1e6])));
        const reference = createReferenceBackend();
        const exact = await layersOf(reference, parameters, 3);
        reference.dispose();
        const ours = await layersOf(backend, parameters, 3);
        ours.forEach((block, l) => {
          all.push({ name: `${name}, layer ${l + 1}`, block: relativeError(block, exact[l]!), errors: 0, which: 'no' });
        });
      }
    return all;
  });

/** Particles of `bayes`, which move, beside quadrature in two dimensions. */
export const bayesParticles = (given: unknown): Promise<Comparison[]> => {
  const { activation, gamma, particles } = given as { activation: PlaneActivation; gamma: number; particles: number };
  const exact = exactErrors(activation, gamma);
  return withBackend((backend) => compareWithExact(backend, [activation, gamma, planeTasks], exact, { solver: 'particles', particles }));
};

/** Small problems with right values: on the device alone, and with a companion in double precision. */
export const lazyFaultResults = () =>
  withBackend(async (backend) => {
    const helped: Backend = Object.assign(Object.create(backend) as Backend, { double: createReferenceBackend() });
    const results: { name: string; alone: FaultResult; together: FaultResult }[] = [];
    for (const fault of lazyFaults)
      results.push({ name: nameOf(fault), alone: await solveFault(backend, fault), together: await solveFault(helped, fault) });
    return results;
  });
