import { normals } from '$lib/base/philox';
import type { RandomKey, Shape, WalkerBackend } from '$lib/backend/backend';
import { countedOperations, drained, hostViews, pauses, promised } from '$lib/backend/host';
import { expectAverage } from '$lib/backend/shapes';
import { cholesky, inverse, logDeterminant, solve, solveLower } from './cholesky';
import { rowExtremes, reorder } from './views';
import { addDiagonal, combine, diagonal, dot, hadamard, rowSums, transpose } from './elementwise';
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
      normal,
      product,
      gram: (_, x, z = x) => product(counters, x, z, { transposeB: true, alpha: 1 / x.columns }),
      combine,
      hadamard,
      transpose,
      addDiagonal,
      diagonal,
      rowSums,
      rowExtremes,
      reorder,
      dot,
      nngp,
      angles,
      reluAngles,
      kernelGram,
      cholesky,
      solve,
      solveLower,
      inverse,
      logDeterminant,
      features,
      shiftedFeatures,
      placeWalkers,
      pullWalkers,
    }),
    particleSteps: async (problem, state, dt, count, key, average, yieldToDevice) => {
      expectAverage(problem, average);
      counters.dispatches += count;
      await drained(runParticles(problem, state, dt, count, key, average && own(average).values), yieldToDevice);
    },
    flow: (...given) => flow((evaluations) => (counters.dispatches += evaluations), ...given),
    descend: (problem, state, first, count) => {
      counters.dispatches += count;
      return descend(counters, problem, state, first, count);
    },
    moveWalkers: async (field, state, stride, key, options, yieldToDevice) => {
      counters.dispatches += 1;
      return drained(moveWalkers(field, state, stride, key, options), yieldToDevice);
    },
    outerMeans: async (pairs, yieldToDevice) => {
      counters.dispatches += 1;
      return drained(outerMeans(pairs), yieldToDevice);
    },
    ...pauses(),
    paint: (matrix, index, range, palette) => promised(() => paint(own(matrix), index, range, palette)),
    dispose: () => undefined,
  };
  return backend;
};
