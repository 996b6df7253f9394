import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';

/** A layer's particles seen through its examples: h, φ(h) and φ′(h), each [B, M, P]. */
export interface LayerFeatures {
  readonly preactivations: Matrix;
  readonly values: Matrix;
  readonly slopes: Matrix;
  /** For relu: δ(h) smoothed to a normal density, [B, M, P]. */
  readonly kinks?: Matrix;
}

/** Constants for P examples, made once. */
export class Constants {
  readonly identity: Matrix;
  /** 1 everywhere but on the diagonal. */
  readonly besides: Matrix;
  /** [P, 1] ones. */
  readonly column: Matrix;
  /** [1, M] of 1/M. */
  readonly average: Matrix;

  constructor(backend: Backend, examples: number, particles: number) {
    const square = { rows: examples, columns: examples };
    const entries = Float64Array.from({ length: examples * examples }, (_, i) => (i % (examples + 1) === 0 ? 1 : 0));
    this.identity = backend.upload(square, entries);
    this.besides = backend.upload(
      square,
      entries.map((entry) => 1 - entry),
    );
    this.column = backend.upload({ rows: examples, columns: 1 }, new Float64Array(examples).fill(1));
    this.average = backend.upload({ rows: 1, columns: particles }, new Float64Array(particles).fill(1 / particles));
  }

  [Symbol.dispose](): void {
    for (const matrix of [this.identity, this.besides, this.column, this.average]) matrix[Symbol.dispose]();
  }
}

/**
 * G = φ′ ∘ (φ Φ̂), [B, M, P]: the gradient ∇V of V(h) = ½ φ(h)ᵀΦ̂φ(h) at every particle, for Φ̂ [B, P, P].
 */
export function forces(backend: Backend, { values, slopes }: LayerFeatures, conjugate: Matrix): Matrix {
  using along = backend.product(values, conjugate);
  return backend.hadamard(slopes, along);
}

/**
 * Φ̂ of the layer below from a layer's particles under its own Φ̂, [B, P, P]. `theory.md` §2 has (Φ)⁻¹ − (Φ)⁻¹⟨hhᵀ⟩(Φ)⁻¹ for the
 * Gaussian prior of covariance Φ, a difference of inverses of nearly singular matrices; integrating by parts twice it is
 *   ⟨∇∇V − ∇V ∇Vᵀ⟩ = Φ̂ ∘ ⟨φ′φ′ᵀ⟩ + diag⟨φ″ ∘ (φ Φ̂)⟩ − ⟨G Gᵀ⟩,
 * in which nothing is inverted and which is of order γ² from the start. 6 M P² operations, and it yields to the device between them.
 */
export async function conjugateBelow(
  backend: Backend,
  activation: Activation,
  features: LayerFeatures,
  conjugate: Matrix,
  gradient: Matrix,
  constants: Constants,
): Promise<Matrix> {
  const alpha = 1 / features.values.rows;
  await backend.yieldToDevice();
  using carried = backend.product(features.slopes, features.slopes, { transposeA: true, alpha });
  await backend.yieldToDevice();
  using first = backend.hadamard(carried, conjugate);
  using second = backend.product(gradient, gradient, { transposeA: true, alpha });
  await backend.yieldToDevice();
  const bend = curvature(backend, activation, features, conjugate, gradient, constants);
  if (!bend)
    return backend.combine([
      [1, first],
      [-1, second],
    ]);
  using curved = bend;
  using means = backend.product(constants.average, curved);
  using spread = backend.product(constants.column, means);
  using diagonal = backend.hadamard(spread, constants.identity);
  return backend.combine([
    [1, first],
    [-1, second],
    [1, diagonal],
  ]);
}

/** φ″ ∘ (φ Φ̂), [B, M, P]; nothing for a linear network. */
function curvature(
  backend: Backend,
  activation: Activation,
  { preactivations, values, kinks }: LayerFeatures,
  conjugate: Matrix,
  gradient: Matrix,
  { besides }: Constants,
): Matrix | undefined {
  const twice = (a: Matrix, b: Matrix): Matrix => {
    using both = backend.hadamard(a, b);
    return backend.combine([[-2, both]]);
  };
  // erf″ = −2h erf′ and tanh″ = −2 tanh tanh′.
  if (activation === 'erf') return twice(preactivations, gradient);
  if (activation === 'tanh') return twice(values, gradient);
  if (!kinks) return undefined;
  // relu″ = δ: where h is 0, φ is too, so that only the other examples speak.
  using others = backend.hadamard(conjugate, besides);
  using along = backend.product(values, others);
  return backend.hadamard(kinks, along);
}
