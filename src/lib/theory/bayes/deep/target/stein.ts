import type { Matrix, OuterRows } from '$lib/backend/backend';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { kinks, type KinkField } from '$lib/theory/bayes/deep/target/kink';
import type { Neurons } from '$lib/theory/bayes/deep/target/neurons';
import { combined, symmetric, transposed, type Small } from '$lib/theory/bayes/deep/target/small';

/** Two operands of an average of outer products. */
type Pair = readonly [x: OuterRows, y: OuterRows];

/** Of which average −2 times the diagonal is ⟨φ″ ∘ t⟩: φ″ = −2hφ′ of erf and −2φφ′ of tanh. */
function bendPairs({ bend, state }: Neurons, pulls: Matrix): Pair[] {
  if (bend.activation === 'erf') return [[state.h, pulls]];
  return bend.activation === 'tanh' ? [[state.values, pulls]] : [];
}

/** What makes ⟨∂∂g⟩ = A ∘ ⟨φ′φ′ᵀ⟩ + diag⟨φ″ ∘ t⟩, and how. */
function curvature(
  neurons: Neurons,
  field: KinkField,
  pulls: Matrix,
  tilts: Matrix | undefined,
  breath: Breath,
): { readonly pairs: readonly Pair[]; readonly of: (slopes: Small, bends: Small | undefined) => Promise<Small> } {
  const { n, bend, state } = neurons;
  return {
    pairs: [[state.slopes, state.slopes], ...bendPairs(neurons, pulls)],
    of: async (slopes, bends) => {
      const out = slopes.map((value, i) => value * field.conjugate[i]!);
      const relu = bend.activation === 'relu' ? await kinks(neurons, field, tilts, breath) : undefined;
      for (let i = 0; i < n; i++) out[i * (n + 1)]! += relu ? relu[i]! : bends ? -2 * bends[i * (n + 1)]! : 0;
      return out;
    },
  };
}

/** ⟨∂g ∂gᵀ + ∂∂g⟩ of a source's layer: its A of the layer below. */
export async function sourceStein(neurons: Neurons, field: KinkField, pulls: Matrix, breath: Breath): Promise<Small> {
  const curved = curvature(neurons, field, pulls, undefined, breath);
  const [force, slopes, bends] = await neurons.engine.outerMeans([[pulls, pulls], ...curved.pairs], () => breath.pause());
  return combined([1, force!], [1, await curved.of(slopes!, bends)]);
}

/** The source's neurons of one layer that a target's are tied to: φ_s, φ_s′ and ∂_s g_s, each [M, P_s], and whitened z_s. */
export interface HeldLayer<Numbers = Float64Array> {
  readonly z: Numbers;
  readonly values: Numbers;
  readonly slopes: Numbers;
  readonly pulls: Numbers;
}

/** What a layer says of the conjugates of the layer below it, before the tie: A_d/ρ = mean + bend, A_o/κ² = mean − spread, A_c/κ = cross. */
export interface Conveyed {
  /** E⟨∂g ∂gᵀ⟩, and its part within one disorder sample, [n, n]. */
  readonly mean: Small;
  readonly spread: Small;
  /** E⟨∂∂g⟩, [n, n]. */
  readonly bend: Small;
  /** [P_s, n]. */
  readonly cross: Small;
}

/** ½(φ₁ − φ₂) A_cᵀ ∘ φ_s′, [M, P_s], of two replicas. */
function along({ engine, state, n }: Neurons, held: HeldLayer<Matrix>, c: Small): Matrix {
  using first = engine.slice(state.values, 0);
  using second = engine.slice(state.values, 1);
  using apart = engine.combine([
    [0.5, first],
    [-0.5, second],
  ]);
  using across = engine.upload({ rows: n, columns: c.length / n }, transposed(c, n));
  using carried = engine.product(apart, across);
  return engine.hadamard(carried, held.slopes);
}

/**
 * The gradient (Stein) form of a target layer's conjugates from the pulls ∂g of two thermal replicas: `deep-transfer.md`. `field` has A_d − A_o, and `c`
 * is A_c of this layer, none in the last. Cost M(8n² + 3P_s n) operations.
 */
export async function targetStein(
  neurons: Neurons,
  pulls: Matrix,
  tilts: Matrix | undefined,
  held: HeldLayer<Matrix>,
  field: KinkField,
  c: Small | undefined,
  breath: Breath,
): Promise<Conveyed> {
  const { engine, state, n } = neurons;
  const curved = curvature(neurons, field, pulls, tilts, breath);
  const forces = { apart: pulls };
  const ours: readonly Pair[] = [[pulls, pulls], [forces, forces], [held.pulls, pulls], ...curved.pairs]; // prettier-ignore
  using moved = c ? along(neurons, held, c) : undefined;
  // E D_s A_c Cov_th(φ, ∂g), the covariance being ½(φ₁ − φ₂)(∂g₁ − ∂g₂)ᵀ, and A_c ∘ E φ_s′⟨φ′⟩ᵀ.
  const theirs: readonly Pair[] = moved ? [[moved, forces], [held.slopes, state.slopes]] : []; // prettier-ignore
  const means = await engine.outerMeans([...ours, ...theirs], () => breath.pause());
  const [mean, spread, cross, slopes, bends] = means as [Small, Small, Small, Small, Small | undefined];
  const terms: [number, Small][] = [[1, cross]];
  if (c) {
    const [own, plain] = means.slice(ours.length) as [Small, Small];
    terms.push([1, own], [1, plain.map((value, i) => value * c[i]!)]);
  }
  return {
    mean: symmetric(mean, n),
    spread: spread.map((value) => 0.5 * value),
    bend: await curved.of(slopes, curved.pairs.length > 1 ? bends : undefined),
    cross: combined(...terms),
  };
}
