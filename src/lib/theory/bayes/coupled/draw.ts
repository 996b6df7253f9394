import type { Backend, Matrix } from '$lib/backend/backend';
import { uniforms } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import type { Coupling } from '$lib/theory/bayes/coupled/links';
import type { Held } from '$lib/theory/bayes/coupled/origin';
import { groups } from '$lib/theory/common/groups';
import { addAlong, type Samples } from '$lib/theory/bayes/span/particles';
import { opposedNormals, projectOut, type Layout } from '$lib/theory/bayes/span/points';
import type { Span } from '$lib/theory/bayes/span/span';

/** Particles whose places are chosen together. */
const together = 256;

/** The golden ratio's part after the point: the places of targets are spread by it, those of their anchors by other numbers. */
const step = 0.6180339887498949;

/**
 * Particles of a target whose law in the span is known: of each held particle one place there, from the law given that particle, by evenly
 * spread numbers; in all other directions the conditional prior. Shadows are of the conditional prior in all.
 */
export async function drawTarget(
  backend: Backend,
  { basis, rank }: Span,
  held: readonly Held[],
  layout: Layout,
  { delta, seed }: { readonly delta: number; readonly seed: number },
  /** The places of the law given each of these anchors, and which of them to take for these shares. */
  lawOf: (anchors: Anchors) => { readonly coupling: Coupling; readonly dual: Float64Array } | undefined,
  breathe: () => Promise<void>,
): Promise<Samples | undefined> {
  const dimension = basis.length / rank;
  const kappa = delta / (1 + delta);
  const deviation = Math.sqrt(1 / (1 + delta));
  const key = { seed, stream: streams.targetSpan };
  const starts = uniforms(groups, { ...key, step: 0 });
  const each = layout.particles / groups;
  const snapshots: Matrix[] = [];
  const shadows: Matrix[] = [];
  const drop = (): void => {
    for (const sample of [...snapshots, ...shadows]) sample[Symbol.dispose]();
  };
  try {
    for (let k = 0; k < layout.snapshots; k++) {
      const { weights, shadow } = held[k % held.length]!;
      const own = await backend.read(weights);
      const twin = await backend.read(shadow);
      const noise = opposedNormals(layout, dimension, k, key);
      const shadowed = noise.map((value, at) => kappa * twin[at]! + deviation * value);
      const rest = projectOut(
        noise.map((value, at) => kappa * own[at]! + deviation * value),
        basis,
        dimension,
      );
      for (let from = 0; from < layout.particles; from += together) {
        await breathe();
        const count = Math.min(together, layout.particles - from);
        const anchors = { x: new Float64Array(count), y: new Float64Array(count), mass: new Float64Array(count).fill(1 / count) };
        const shares = new Float64Array(count);
        for (let i = 0; i < count; i++) {
          const particle = from + i;
          const group = Math.floor(particle / each);
          const share = starts[group]! + (k * each + (particle % each) + 1) * step;
          shares[i] = share - Math.floor(share);
          for (let d = 0; d < dimension; d++) {
            anchors.x[i]! += kappa * own[particle * dimension + d]! * basis[d]!;
            if (rank === 2) anchors.y[i]! += kappa * own[particle * dimension + d]! * basis[dimension + d]!;
          }
        }
        const law = lawOf(anchors);
        if (!law) {
          drop();
          return undefined;
        }
        const { x, y } = law.coupling.places;
        law.coupling.draw(law.dual, shares).forEach((place, i) => {
          addAlong(rest, (from + i) * dimension, basis, dimension, rank === 1 ? [x[place]!] : [x[place]!, y[place]!]);
        });
      }
      const shape = { rows: layout.particles, columns: dimension };
      snapshots.push(backend.upload(shape, rest));
      shadows.push(backend.upload(shape, shadowed));
    }
    return { snapshots, shadows };
  } catch (error) {
    drop();
    throw error;
  }
}
