import type { EnsemblePoint } from '$lib/theory/bayes/ensemble';
import type { WeightedOutcome } from '$lib/theory/bayes/wells/weighted';
import { disposeLaw } from '$lib/theory/common/law';

/** A run of one point, measured; `dual` is the Δ that drove the particles, and a search for wells adds to the warnings. Owns its samples. */
export interface Outcome extends WeightedOutcome {
  readonly point: EnsemblePoint;
  /** What weighted samples, or their absence, say of particles; more steps do not mend it. */
  readonly told?: readonly string[];
  /** Whether more steps are worth their time, by the virial identity (`strainFigure`); of weighted samples 0. */
  readonly strain: number;
}

/** Gives back the kernel and the samples. */
export function disposeOutcome(outcome: Pick<Outcome, 'train' | 'law'>): void {
  outcome.train[Symbol.dispose]();
  disposeLaw(outcome.law);
}
