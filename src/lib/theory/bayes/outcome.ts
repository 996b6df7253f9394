import type { Matrix } from '$lib/backend/backend';
import type { EnsemblePoint } from '$lib/theory/bayes/ensemble';
import { disposeLaw, type Law } from '$lib/theory/common/law';
import type { Health } from '$lib/theory/theory';

/** A run of one point, measured. Owns its samples. */
export interface Outcome {
  readonly point: EnsemblePoint;
  readonly law: Law;
  readonly train: Matrix;
  readonly health: Health & { readonly virial: number; readonly residual: number };
  /** What solving with the kernel warns of, and what a search for wells does. */
  readonly warnings: readonly string[];
  /** What weighted samples, or their absence, say of particles; more steps do not mend it. */
  readonly told?: readonly string[];
  /** The Δ that drove the particles. */
  readonly dual: Float64Array;
  /** Whether more steps are worth their time, by the virial identity (`strainFigure`); of weighted samples 0. */
  readonly strain: number;
}

/** Gives back the kernel and the samples. */
export function disposeOutcome(outcome: Pick<Outcome, 'train' | 'law'>): void {
  outcome.train[Symbol.dispose]();
  disposeLaw(outcome.law);
}
