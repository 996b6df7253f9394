import { activationCode } from '$lib/base/activation';
import { seedWords } from '$lib/base/philox';
import type { Matrix, RandomKey, WalkerField, WalkerState, WalkerStride } from '$lib/backend/backend';
import { walkerSizes } from '$lib/backend/walker-shapes';
import type { Engine } from '../engine';
import { CpuMatrix } from '../matrix';
import { addressOf } from './inputs';
import { drawing } from './normal';
import { activationWork, inPieces } from './pieces';

/** Walkers of a task, `abreast` of `assembly/network/walker-tile.ts`, and bytes of a tile of n numbers of each. */
const abreast = 8;
const tileBytes = (n: number): number => 8 * abreast * n;

/** See `Backend.placeWalkers`. */
export const placeWalkers = (engine: Engine, field: WalkerField, state: WalkerState): void => {
  const { copies, samples, n } = walkerSizes(field, state);
  const walkers = copies * samples;
  engine.run(
    'walkerPlace',
    { tasks: Math.ceil(walkers / abreast), each: abreast * n * (activationWork + n), scratch: 5 * tileBytes(n) },
    0,
    activationCode(field.activation),
    n,
    walkers,
    samples,
    ...[field.factor, field.means, state.z, state.h, state.values, state.slopes].map((matrix) => addressOf(matrix, 0)),
  );
};

/** See `Backend.pullWalkers`. */
export const pullWalkers = (engine: Engine, field: WalkerField, state: WalkerState): Matrix => {
  const { copies, samples, n } = walkerSizes(field, state);
  const walkers = copies * samples;
  const pulls = CpuMatrix.make(engine, state.z);
  engine.run(
    'walkerPull',
    { tasks: Math.ceil(walkers / abreast), each: abreast * n * (2 * n + 10), scratch: 64 + 4 * tileBytes(n) },
    0,
    n,
    walkers,
    samples,
    ...[field.conjugate, field.tilts, state.values, state.slopes, pulls].map((matrix) => addressOf(matrix, 0)),
  );
  return pulls;
};

/** See `Backend.moveWalkers`; yields between pieces, and its value is how many moves were accepted. */
export function* moveWalkers(
  engine: Engine,
  field: WalkerField,
  state: WalkerState,
  { dt, leaps }: WalkerStride,
  key: RandomKey,
  { flips, placed = false }: { readonly flips?: RandomKey | undefined; readonly placed?: boolean } = {},
): Generator<undefined, number> {
  const { copies, samples, n } = walkerSizes(field, state);
  if (flips && flips.seed !== key.seed) throw new Error('moves and flips of walkers have one seed');
  const walkers = copies * samples;
  const tasks = Math.ceil(walkers / abreast);
  using accepted = engine.room(tasks);
  yield* inPieces(
    engine,
    'walkerMove',
    {
      tasks,
      each: abreast * ((leaps + 1) * n * (activationWork + 4 * n) + (n + 2) * drawing),
      scratch: 512 + 13 * tileBytes(n) + 8 * abreast * (n + 4),
    },
    activationCode(field.activation),
    n,
    walkers,
    samples,
    ...[field.factor, field.conjugate, field.means, field.tilts].map((matrix) => addressOf(matrix, 0)),
    ...[state.z, state.h, state.values, state.slopes].map((matrix) => addressOf(matrix, 0)),
    ...[placed ? 1 : 0, leaps, dt, Math.cos(dt), Math.sin(dt)],
    ...[...seedWords(key.seed), key.stream, key.step],
    ...(flips ? [1, flips.stream, flips.step] : [0, 0, 0]),
    accepted.address,
  );
  return engine.memory.numbers(accepted.address, tasks).reduce((sum, count) => sum + count, 0);
}
