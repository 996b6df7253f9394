import type { Activation } from '$lib/base/activation';
import { fillOf, type Fill } from '$lib/base/activation-table';

/** φ and φ′ at many places at once, and φ″. */
export interface Bend {
  readonly activation: Activation;
  /** Whether φ(−h) = −φ(h). */
  readonly odd: boolean;
  readonly fill: Fill;
}

/** @throws for activations without deep networks. */
export function bendOf(activation: Activation): Bend {
  if (activation === 'quadratic') throw new Error(`no deep networks of ${activation}`);
  return { activation, odd: activation !== 'relu', fill: fillOf(activation) };
}
