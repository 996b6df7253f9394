import { streams } from '$lib/base/random';
import type { Backend, Matrix } from '$lib/backend/backend';
import { normalsOf } from '$lib/theory/common/stack';
import type { Architecture, Weights } from '$lib/theory/networks/member';

/** Weights from N(0, 1), each network's and layer's from a key of its own. */
export const freshWeights = (backend: Backend, { depth, width }: Architecture, dimension: number, seeds: readonly number[]): Weights => ({
  hidden: Array.from({ length: depth }, (_, layer) =>
    normalsOf(
      backend,
      { rows: width, columns: layer === 0 ? dimension : width },
      seeds.map((seed) => ({ seed, stream: streams.networkWeights, step: layer })),
    ),
  ),
  readout: freshReadout(backend, width, seeds, 0),
});

/** v from N(0, 1): draw 0 is the source's start, 1 its target's, and so on along a chain. */
export const freshReadout = (backend: Backend, width: number, seeds: readonly number[], draw: number): Matrix =>
  normalsOf(
    backend,
    { rows: width, columns: 1 },
    seeds.map((seed) => ({ seed, stream: streams.networkReadout, step: draw })),
  );
