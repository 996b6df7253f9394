import type { Backend } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import type { Plan } from '$lib/theory/flow/schedule';
import type { Slices } from '$lib/theory/slices';

/** What all batches of one call have in common. */
export interface FlowSetup {
  readonly backend: Backend;
  /** Neurons of each point. */
  readonly particles: number;
  readonly plan: Plan;
  readonly slices: Slices;
  readonly run: Run;
}
