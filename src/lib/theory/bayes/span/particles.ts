import type { Backend, Matrix } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import { nodeLaw, type NodeLaw } from '$lib/theory/bayes/span/law';
import { Drawing, placeOf } from '$lib/theory/bayes/span/draw';
import { evenPoints, opposedNormals, projectOut, type Layout } from '$lib/theory/bayes/span/points';
import type { Cells } from '$lib/theory/bayes/span/cells';
import { placeOf as placeIn, type SourceLaw } from '$lib/theory/bayes/span/source';
import type { Law } from '$lib/theory/common/law';
import { Owned } from '$lib/theory/owned';

/** Snapshots and control variates, each [1, M, D]. */
export type Samples = Pick<Law, 'snapshots' | 'controlVariates'>;

/**
 * Particles of a source whose law in the span is known: even draws there, and independent standard normals in all other directions, where the
 * law is the prior. Control variates are draws of the prior by the same numbers. The part in the span does not depend on the dimension D around it.
 */
export async function drawSource(
  backend: Backend,
  cells: Cells,
  { law, dual }: SourceLaw,
  layout: Layout,
  { gamma, seed }: { readonly gamma: number; readonly seed: number },
  breathe: () => Promise<void>,
): Promise<Samples> {
  const { basis, rank } = cells.span;
  const dimension = basis.length / rank;
  const key = { seed, stream: streams.sourceSpan };
  const { u, v } = evenPoints(layout, key);
  const learned = new Drawing(cells, law, gamma);
  const prior = new Drawing(cells, nodeLaw(law.cells, 0, dual), 0);
  return collectSamples(backend, layout, dimension, async (k) => {
    const rest =
      dimension === rank
        ? new Float64Array(layout.particles * dimension)
        : projectOut(opposedNormals(layout, dimension, k, key), basis, dimension);
    const both = [Float64Array.from(rest), rest] as const;
    for (let i = 0; i < layout.particles; i++) {
      const at = k * layout.particles + i;
      [learned, prior].forEach((drawing, which) => {
        const place = placeOf(rank, ...drawing.at(u[at]!, v[at]!));
        addAlong(both[which]!, i * dimension, basis, dimension, place);
      });
      if (i % 256 === 255) await breathe();
    }
    return both;
  });
}

/** Samples of a layout, [1, M, D] each: `draw` gives the numbers of snapshot k and of its control variate. */
export async function collectSamples(
  backend: Backend,
  { snapshots: count, particles }: Layout,
  dimension: number,
  draw: (k: number) => Promise<readonly [snapshot: Float64Array, controlVariate: Float64Array]>,
): Promise<Samples> {
  using made = new Owned();
  const shape = { rows: particles, columns: dimension };
  const snapshots: Matrix[] = [];
  const controlVariates: Matrix[] = [];
  for (let k = 0; k < count; k++) {
    const [snapshot, controlVariate] = await draw(k);
    snapshots.push(made.keep(backend.upload(shape, snapshot)));
    controlVariates.push(made.keep(backend.upload(shape, controlVariate)));
  }
  made.handOver();
  return { snapshots, controlVariates };
}

/** Nodes that hold less are left out. */
const negligible = 1e-12;

/** The nodes of a law that hold mass, as weighted points. */
export function pointsOf(made: Cells, { cells, masses }: NodeLaw): Anchors {
  const each = cells[0]?.logPrior.length ?? 0;
  const kept = [...masses.keys()].filter((node) => masses[node]! > negligible);
  const places = kept.map((node) => placeIn(made, cells[Math.floor(node / each)]!, node % each));
  return {
    x: Float64Array.from(places, ([x]) => x),
    y: Float64Array.from(places, ([, y]) => y),
    mass: Float64Array.from(kept, (node) => masses[node]!),
  };
}

/** Adds Σ place_j basis_j to the D numbers from `at` on. */
export function addAlong(all: Float64Array, at: number, basis: Float64Array, dimension: number, place: readonly number[]): void {
  place.forEach((length, j) => {
    for (let d = 0; d < dimension; d++) all[at + d]! += length * basis[j * dimension + d]!;
  });
}
