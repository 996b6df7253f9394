import { factorSystems } from '$lib/backend/systems/factor';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { Problem } from '$lib/base/problem';
import { conditioning } from '$lib/theory/common/health';
import { disposeLaw, type Law } from '$lib/theory/common/law';
import { jitterWarnings, notPositive } from '$lib/theory/positive';
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
  { temperature, jitter: wanted }: SourceParameters,
  { dual, virial, residual, samples, effective, warnings }: Weighed,
): Promise<WeightedOutcome | Problem> {
  try {
    using systems = await factorSystems(backend, train, [temperature], { jitter: [wanted ?? 'off'] });
    const [failure] = systems.failures;
    if (failure) {
      train[Symbol.dispose]();
      disposeLaw(law);
      return notPositive(failure, wanted !== 'auto');
    }
    const [figures] = await conditioning(backend, systems);
    const jitter = systems.jitters[0]?.added ?? 0;
    return {
      law,
      train,
      dual,
      health: { virial, residual, ...figures, ...(jitter > 0 && { jitter }), particles: samples, effectiveSamples: effective },
      warnings: [...jitterWarnings(systems, 0), ...warnings],
    };
  } catch (error) {
    train[Symbol.dispose]();
    disposeLaw(law);
    throw error;
  }
}
