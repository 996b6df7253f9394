import { streams } from '$lib/base/random';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { flip, move } from '$lib/theory/bayes/deep/target/move';
import type { Field, Walkers } from '$lib/theory/bayes/deep/target/walkers';

/** How long a Metropolis step is: `leaps` leapfrogs of angle `dt`. */
export interface Stride {
  readonly dt: number;
  readonly leaps: number;
}

/** Where the random numbers of a step come from. */
export interface Draw {
  readonly seed: number;
  readonly stream: number;
  readonly step: number;
}

/** Operations of one piece of a step between two looks at the clock. */
const piece = 2e6;

/** One step of all walkers of a layer, in pieces, and a flip before it where asked. Returns the share of moves that were accepted. */
export async function stir(walkers: Walkers, field: Field, stride: Stride, draw: Draw, breath: Breath, flips: boolean): Promise<number> {
  const { n, count } = walkers;
  const normals = await breath.normals(walkers.draws, draw.seed, draw.stream, draw.step);
  if (flips) {
    walkers.place(field);
    flip(walkers, field, await breath.normals(2 * count, draw.seed, draw.stream - streams.deepTied + streams.deepTiedFlip, draw.step));
  }
  const some = Math.max(16, Math.floor(piece / ((stride.leaps + 1) * (2 * n * n + 20 * n))));
  let accepted = 0;
  for (let first = 0; first < count; first += some) {
    await breath.pause();
    accepted += move(walkers, field, normals, stride, first, Math.min(count, first + some));
  }
  return accepted / count;
}
