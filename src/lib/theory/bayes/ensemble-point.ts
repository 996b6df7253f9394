import type { Matrix } from '$lib/backend/backend';
import type { Origin } from '$lib/theory/bayes/coupled/origin';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** One sweep point of a particle run. A source has no anchor and delta 0. */
export interface EnsemblePoint {
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly delta: number;
  /** w̄, and the same particles without feature learning, each [1, M, D]; borrowed. */
  readonly anchor?: Anchor;
  /** What is known of the law of w̄, for quadrature. */
  readonly origin?: Origin;
}

export interface Anchor {
  readonly weights: Matrix;
  readonly controlVariate: Matrix;
  /** Of a weight without feature learning: 1 in a source, and what a chain of tasks has made of it. */
  readonly variance: number;
  /** How many targets there are before: 0 for the anchors that a source leaves. */
  readonly stage: number;
}
