import { normals } from '$lib/base/philox';
import type { RandomKey, Shape, WalkerBackend } from '$lib/backend/backend';
import { countedOperations, countedSteps, hostViews, pauses, promised } from '$lib/backend/host';
import * as factors from './cholesky';
import * as orders from './views';
import * as elementwise from './elementwise';
import { descend } from './network/descent';
import { type Counters, own, ReferenceMatrix } from './matrix';
import { angles, kernelGram, nngp, reluAngles } from './kernels';
import { paint } from './paint';
import { flow } from './flow';
import { outerMeans } from './outer';
import { features, shiftedFeatures } from './features';
import { runParticles } from './particles';
import { product } from './product';
import { moveWalkers, placeWalkers, pullWalkers } from './walkers';

const normal = (counters: Counters, shape: Shape, key: RandomKey): ReferenceMatrix => {
  const made = ReferenceMatrix.zeros(counters, shape);
  const numbers = normals(shape.rows * shape.columns, key);
  for (let index = 0; index < made.batch; index++) made.entry(index).set(numbers);
  return made;
};

/**
 * The backend in double precision on the processor: the yardstick for every other, and what runs where there is no WebGPU.
 * Its work is done when a method returns; nothing it makes is shared with another backend.
 */
export const createReferenceBackend = (): WalkerBackend => {
  const counters: Counters = { liveBytes: 0, dispatches: 0 };
  const zeros = (shape: Shape): ReferenceMatrix => ReferenceMatrix.zeros(counters, shape);
  const backend: WalkerBackend = {
    name: 'reference',
    adapter: 'double precision',
    threads: 1,
    roundoff: 2 ** -53,
    get walking() {
      return backend;
    },
    get liveBytes() {
      return counters.liveBytes;
    },
    get dispatches() {
      return counters.dispatches;
    },
    workLimit: 1e8,
    ...hostViews(counters, { make: zeros, zeros, own }),
    ...countedOperations(counters, counters, {
      ...elementwise,
      ...orders,
      ...factors,
      angles,
      features,
      gram: (_, x, z = x) => product(counters, x, z, { transposeB: true, alpha: 1 / x.columns }),
      kernelGram,
      nngp,
      normal,
      placeWalkers,
      product,
      pullWalkers,
      reluAngles,
      shiftedFeatures,
    }),
    ...countedSteps(counters, {
      runParticles: (problem, state, dt, count, key, average) =>
        runParticles(problem, state, dt, count, key, average && own(average).values),
      flow,
      descend: (...given) => descend(counters, ...given),
      moveWalkers,
      outerMeans,
    }),
    ...pauses(),
    paint: (matrix, index, range, palette) => promised(() => paint(own(matrix), index, range, palette)),
    dispose: () => undefined,
  };
  return backend;
};
