import type { WalkerStride } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Field, Neurons } from '$lib/theory/bayes/deep/target/neurons';

/** How long a Metropolis step is: `leaps` leapfrogs of angle `dt`. */
export type Stride = WalkerStride;

/** Where the random numbers of a step come from. */
export interface Draw {
  readonly seed: number;
  readonly stream: number;
  readonly step: number;
}

/** One step of all neurons of a layer, and a flip before it where asked. Returns the share of moves that were accepted. */
export async function stir(neurons: Neurons, field: Field, stride: Stride, draw: Draw, breath: Breath, flips: boolean): Promise<number> {
  const flip = flips ? { ...draw, stream: draw.stream - streams.deepTied + streams.deepTiedFlip } : undefined;
  await breath.pause();
  return neurons.move(field, stride, draw, flip, breath);
}
