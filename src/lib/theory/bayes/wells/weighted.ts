import type { Backend, Matrix } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import { solvedHealth } from '$lib/theory/bayes/solved';
import { disposeLaw, type Law } from '$lib/theory/common/law';
import type { Health, SourceParameters } from '$lib/theory/theory';

/** A law by weighted samples, measured as a particle run is. Owns its samples. */
export interface WeightedOutcome {
  readonly law: Law;
  readonly train: Matrix;
  readonly dual: Float64Array;
  readonly health: Health & { readonly virial: number; readonly residual: number };
  readonly warnings: readonly string[];
}

/** What is known of a law before its kernel is factored. */
export interface Weighed {
  readonly dual: Float64Array;
  readonly virial: number;
  readonly residual: number;
  /** Weighted samples, and how many of equal weight they are worth. */
  readonly samples: number;
  readonly effective: number;
  readonly warnings: readonly string[];
}

/** The outcome of a law with its kernel [1, P, P], which are handed over; a Problem where Φ + T has no factor. */
export async function weightedOutcome(
  backend: Backend,
  law: Law,
  train: Matrix,
  parameters: SourceParameters,
  { dual, virial, residual, samples, effective, warnings }: Weighed,
): Promise<WeightedOutcome | Problem> {
  try {
    const solved = await solvedHealth(backend, train, parameters);
    if (solved instanceof Problem) {
      train[Symbol.dispose]();
      disposeLaw(law);
      return solved;
    }
    return {
      law,
      train,
      dual,
      health: { virial, residual, ...solved.health, particles: samples, effectiveSamples: effective },
      warnings: [...solved.warnings, ...warnings],
    };
  } catch (error) {
    train[Symbol.dispose]();
    disposeLaw(law);
    throw error;
  }
}
