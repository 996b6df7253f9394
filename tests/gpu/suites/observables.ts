import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { activationFunctions } from '$lib/base/special';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { meanAndVariance } from '$lib/theory/density';
import { lazy } from '$lib/theory/lazy';
import type { SourceParameters, Theory, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, makeTask } from '../../support/task';
import { relativeError, withBackend } from '../harness/suite';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const task = makeTask(16, 33, 0, 1, ([a = 0, b = 0]) => Math.tanh(a + 0.5 * b));
const other = makeTask(16, 12, 0, 2, ([a = 0]) => a);

const sourceOf = async (backend: Backend, theory: Theory, parameters: SourceParameters): Promise<TrainedKernel> => {
  const [kernel] = await theory.source(backend, [{ task, parameters }], run);
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  return kernel;
};

const blockOf = async (backend: Backend, kernel: TrainedKernel, inputs: Float64Array): Promise<Float64Array> => {
  const block = await kernel.on?.(inputs, run);
  if (!block) throw new Error('the kernel is known on its own inputs only');
  using on = block;
  return await backend.read(on);
};

export interface Apart {
  readonly name: string;
  /** Of Φ on other inputs. */
  readonly block: number;
  /** Of ⟨h²⟩ without feature learning, and with it. */
  readonly prior: number;
  readonly variance: number;
}

/** Kernels known exactly: relative differences from the reference. */
export const exactKernels = (): Promise<Apart[]> =>
  withBackend(async (backend) => {
    const cases = [
      ['lazy erf nngp', lazy, { ...bayesParameters, depth: 2 }],
      ['lazy relu ntk', lazy, { ...bayesParameters, activation: 'relu', kernel: 'ntk', depth: 2 }],
      ['bayes linear', bayes, { ...bayesParameters, activation: 'linear', gamma: 2 }],
    ] as const;
    const figuresOf = async (on: Backend, theory: Theory, parameters: SourceParameters) => {
      using kernel = await sourceOf(on, theory, parameters);
      const law = await kernel.preactivation?.(3, run);
      if (!law || 'samples' in law.law) throw new Error('expected a Gaussian');
      return { block: await blockOf(on, kernel, other.trainInputs), prior: [law.prior], variance: [law.law.variance] };
    };
    const all: Apart[] = [];
    for (const [name, theory, parameters] of cases) {
      const reference = createReferenceBackend();
      const exact = await figuresOf(reference, theory, parameters);
      reference.dispose();
      const ours = await figuresOf(backend, theory, parameters);
      all.push({
        name,
        block: relativeError(ours.block, exact.block),
        prior: relativeError(ours.prior, exact.prior),
        variance: relativeError(ours.variance, exact.variance),
      });
    }
    return all;
  });

export interface Sampled {
  /** Relative difference of Φ on the training inputs, made anew, from the training block. */
  readonly block: number;
  /** ⟨φ(h)²⟩ over the samples of one example's h, by Φ there. */
  readonly ratio: number;
  /** ⟨h²⟩ by that of the lazy limit. */
  readonly widened: number;
}

/** A kernel known by samples of its law. */
export const sampledKernel = (): Promise<Sampled> =>
  withBackend(async (backend) => {
    using kernel = await sourceOf(backend, bayes, { ...bayesParameters, gamma: 2, particles: 512 });
    const own = await backend.read(kernel.train);
    const block = relativeError(await blockOf(backend, kernel, task.trainInputs), own);
    const law = await kernel.preactivation?.(3, run);
    if (!law || 'variance' in law.law) throw new Error('expected samples');
    const { samples } = law.law;
    const square = samples.reduce((sum, h) => sum + activationFunctions.erf.value(h) ** 2, 0) / samples.length;
    return { block, ratio: square / (own[3 * 34] ?? NaN), widened: meanAndVariance(samples).variance / law.prior };
  });
