import { Problem } from '../../src/lib/base/problem';
import type { Activation } from '../../src/lib/base/activation';
import type { Run } from '../../src/lib/base/run';
import type { Backend } from '../../src/lib/backend/backend';
import { lazy } from '../../src/lib/theory/lazy';
import type { Task } from '../../src/lib/theory/theory';
import cases from './lazy-faults.json';
import { bayesParameters } from './task';

/** A small problem with the bias and the variance of its predictor at 400 digits: `lazy_faults.py`. */
export interface LazyFault {
  readonly kind: string;
  readonly activation: Activation;
  readonly kernel: 'nngp' | 'ntk';
  readonly depth: number;
  readonly temperature: number;
  readonly inputs: readonly (readonly number[])[];
  readonly labels: readonly number[];
  /** The last so many are test examples. */
  readonly test: number;
  readonly bias: number;
  readonly variance: number;
}

export const lazyFaults = cases as readonly LazyFault[];

export const nameOf = ({ kind, activation, kernel, depth, temperature, inputs }: LazyFault): string =>
  `${kind}, ${activation} ${kernel} of depth ${depth} at T = ${temperature}, from ${JSON.stringify(inputs[0])}`;

/** What came out of one: numbers with their warnings, or a problem. */
export interface FaultResult {
  readonly bias: number;
  readonly variance: number;
  /** Distance of the two from the right values, relative to them. */
  readonly off: number;
  readonly entries: number;
  readonly warnings: readonly string[];
  readonly problem?: string;
}

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };

const relative = (found: number, right: number): number => (found === right ? 0 : Math.abs(found - right) / Math.abs(right));

/** Solves one on a backend. */
export const solveFault = async (backend: Backend, fault: LazyFault): Promise<FaultResult> => {
  const count = fault.inputs.length - fault.test;
  const task: Task = {
    dimension: fault.inputs[0]?.length ?? 0,
    trainInputs: Float64Array.from(fault.inputs.slice(0, count).flat()),
    trainLabels: Float64Array.from(fault.labels.slice(0, count)),
    testInputs: Float64Array.from(fault.inputs.slice(count).flat()),
    testLabels: Float64Array.from(fault.labels.slice(count)),
  };
  const { activation, kernel, depth, temperature } = fault;
  const [made] = await lazy.source(backend, [{ task, parameters: { ...bayesParameters, activation, kernel, depth, temperature } }], run);
  if (!made || made instanceof Problem)
    return { bias: NaN, variance: NaN, off: NaN, entries: NaN, warnings: [], problem: made?.message ?? 'nothing' };
  using found = made;
  try {
    const { bias, variance } = await found.errors(run);
    const off = Math.max(relative(bias, fault.bias), relative(variance, fault.variance));
    return { bias, variance, off, entries: found.health.entries ?? NaN, warnings: found.warnings };
  } catch (error) {
    if (error instanceof Problem) return { bias: NaN, variance: NaN, off: NaN, entries: NaN, warnings: [], problem: error.message };
    throw error;
  }
};
