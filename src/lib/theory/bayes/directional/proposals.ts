import { normals, uniforms } from '$lib/base/philox';
import type { Draw, Drawn } from '$lib/theory/bayes/conditional/drawn';
import type { Ridge } from '$lib/theory/bayes/directional/directions';
import { dot } from '$lib/theory/common/vectors';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';

/** How much stiffer a part is along its ridge than the law, 1 − γ²s²: wider over the sphere, so that no weight is large. */
const milder = 1.3;

/** |g|² of a part, at most. */
const narrowest = 0.9995;

/** Share of the proposal that is spread evenly over the sphere. */
const even = 0.3;

/** A Gaussian N(0, (1 − g gᵀ)⁻¹) of which only the direction of a sample counts, and of that the side of g. */
interface Part {
  readonly g: Float64Array;
  readonly share: number;
}

/** Parts about the ridges, of shares between even ones and their masses (1 − g²)^−½. */
function partsOf(ridges: readonly Ridge[], gamma: number, rank: number): Part[] {
  const gs = ridges.map(({ direction, strength }) => {
    const square = Math.max(0, Math.min(narrowest, 1 - milder * (1 - (gamma * strength) ** 2)));
    return direction.map((value) => Math.sqrt(square) * value);
  });
  const roots = gs.map((g) => (1 - dot(g, g)) ** -0.25);
  const whole = roots.reduce((sum, root) => sum + root, 0);
  return [
    { g: new Float64Array(rank), share: gs.length > 0 ? even : 1 },
    ...gs.map((g, k) => ({ g, share: ((1 - even) * roots[k]!) / whole })),
  ];
}

/**
 * Directions u of a source of relu: a mixture of even ones and of those of Gaussians drawn out along the ridges of s², with features of unit length
 * and log of even over proposed density. A Gaussian of precision 1 − g gᵀ has directions of density |1 − g gᵀ|^½ (1 − (g·u)²)^{−r/2}, which is
 * the law's own shape (`theory.md` §2.4).
 */
export function drawDirections(
  { rank, examples, coordinates, gamma }: Landscape,
  ridges: readonly Ridge[],
  { own, seed, stream, round }: Draw,
): Drawn {
  const parts = partsOf(ridges, gamma, rank);
  const step = (1 << 20) * (1 + round);
  const samples = normals(own * rank, { seed, stream, step });
  const [offset = 0.5] = uniforms(1, { seed, stream, step: step + 1 });
  const logRatios = new Float64Array(own);
  const features = new Float64Array(own * examples);
  const heads = parts.map(({ g, share }, k) => share * Math.sqrt(1 - dot(g, g)) * (k === 0 ? 1 : 2));
  let part = 0;
  let upTo = 0;
  for (let i = 0; i < own; i++) {
    while (part < parts.length - 1 && (i + offset) / own > upTo + parts[part]!.share) upTo += parts[part++]!.share;
    const u = samples.subarray(i * rank, (i + 1) * rank);
    turn(u, parts[part]!.g, part > 0);
    let density = 0;
    parts.forEach(({ g }, k) => {
      const across = dot(g, u);
      if (k === 0 || across > 0) density += heads[k]! * (1 - across * across) ** (-rank / 2);
    });
    logRatios[i] = -Math.log(density);
    for (let p = 0; p < examples; p++) {
      let h = 0;
      for (let j = 0; j < rank; j++) h += coordinates[p * rank + j]! * u[j]!;
      features[i * examples + p] = Math.max(0, h);
    }
  }
  return { samples, logRatios, features, count: own, anchors: 1, rays: rank };
}

/** Standard normals become a direction of N(0, (1 − g gᵀ)⁻¹), of the side of g where asked for. In place. */
function turn(u: Float64Array, g: Float64Array, oneSided: boolean): void {
  const square = dot(g, g);
  // (1 − g gᵀ)^−½ = 1 + c g gᵀ.
  const c = square > 0 ? (1 / Math.sqrt(1 - square) - 1) / square : 0;
  const along = dot(g, u);
  for (let j = 0; j < u.length; j++) u[j]! += c * along * g[j]!;
  const length = Math.sqrt(dot(u, u)) * (oneSided && along < 0 ? -1 : 1);
  for (let j = 0; j < u.length; j++) u[j]! /= length;
}
