import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';

/** Which lazy kernel. */
export interface Recipe {
  readonly activation: Activation;
  /** Hidden layers, ≥ 1. */
  readonly depth: number;
  readonly kernel: 'nngp' | 'ntk';
  /** Prior variance of the hidden weights: one value, or one a batch entry. */
  readonly variance: number | readonly number[];
}

/** Covariances between n row inputs and m column inputs at one layer. */
interface Layer {
  /** K^l, [B, n, m]. */
  readonly covariance: Matrix;
  /** Θ^l, [B, n, m]; for the tangent kernel only. */
  readonly tangent?: Matrix;
  /** K^l(x, x) of the rows, [B, n, 1], and of the columns, [B, m, 1]. */
  readonly rows: Matrix;
  readonly columns: Matrix;
}

const disposeLayer = (layer: Layer): void => {
  for (const matrix of [layer.covariance, layer.tangent, layer.rows, layer.columns]) matrix?.[Symbol.dispose]();
};

/** Variance times the matrix; a mere view when there is nothing to scale. */
const scaled = (backend: Backend, matrix: Matrix, variance: Recipe['variance']): Matrix =>
  variance === 1 ? backend.slice(matrix, 0, matrix.batch) : backend.combine([[variance, matrix]]);

/** The map on the variances alone, [B, n, 1] → [B, n, 1]: each is a 1 × 1 problem of its own. */
export const ownMap = (backend: Backend, activation: Activation, variances: Matrix): Matrix => {
  const { batch, rows } = variances;
  using single = backend.reshape(variances, { batch: batch * rows, rows: 1, columns: 1 });
  const { kernel, derivative } = backend.nngp(activation, single, single, single);
  derivative[Symbol.dispose]();
  using found = kernel;
  return backend.reshape(found, { batch, rows, columns: 1 });
};

/** K^{l+1} = E φ(u)φ(u′) and Θ^{l+1} = K^{l+1} + K̇^{l+1} ∘ Θ^l. */
const nextLayer = (backend: Backend, recipe: Recipe, layer: Layer, square: boolean): Layer => {
  using c = scaled(backend, layer.covariance, recipe.variance);
  using a = scaled(backend, layer.rows, recipe.variance);
  using b = scaled(backend, layer.columns, recipe.variance);
  const { kernel: covariance, derivative } = backend.nngp(recipe.activation, c, a, b);
  using slope = derivative;
  let tangent: Matrix | undefined;
  if (layer.tangent) {
    using carried = backend.hadamard(slope, layer.tangent);
    tangent = backend.combine([
      [1, covariance],
      [1, carried],
    ]);
  }
  const rows = square ? backend.diagonal(covariance) : ownMap(backend, recipe.activation, a);
  const columns = square ? rows : ownMap(backend, recipe.activation, b);
  return { covariance, ...(tangent && { tangent }), rows, columns };
};

/** K^L or Θ^L, [B, n, m], from K⁰; takes over the first layer. */
const climb = (
  backend: Backend,
  recipe: Recipe,
  first: Layer,
  square: boolean,
): { readonly kernel: Matrix; readonly variances: Matrix } => {
  let layer = first;
  for (let l = 0; l < recipe.depth; l++) {
    const below = layer;
    try {
      layer = nextLayer(backend, recipe, below, square);
    } finally {
      disposeLayer(below);
    }
  }
  const { covariance, tangent, rows, columns } = layer;
  if (columns !== rows) columns[Symbol.dispose]();
  if (tangent) covariance[Symbol.dispose]();
  return { kernel: tangent ?? covariance, variances: rows };
};

/** The first NNGP layer of one prior variance, whose Gram matrix nothing else asks for. */
const firstLayer = (backend: Backend, { activation, variance }: Recipe, z: Matrix, x?: Matrix): Layer | undefined => {
  if (typeof variance !== 'number') return undefined;
  const covariance = backend.kernelGram(activation, z, x, { covariance: variance, rows: variance, columns: variance });
  if (!x) {
    const own = backend.diagonal(covariance);
    return { covariance, rows: own, columns: own };
  }
  const variances = (rows: Matrix): Matrix => {
    using lengths = squares(backend, rows);
    using scaledLengths = scaled(backend, lengths, variance);
    return ownMap(backend, activation, scaledLengths);
  };
  return { covariance, rows: variances(z), columns: variances(x) };
};

/**
 * The lazy kernel of the rows of x [B or 1, n, D] with themselves, [B, n, n]: `theory.md` §1 from K⁰ = X Xᵀ/D.
 */
export const lazyKernel = (backend: Backend, recipe: Recipe, x: Matrix): Matrix => {
  const first = recipe.kernel === 'nngp' ? firstLayer(backend, recipe, x) : undefined;
  if (first) {
    const { kernel, variances } = climb(backend, { ...recipe, depth: recipe.depth - 1 }, first, true);
    variances[Symbol.dispose]();
    return kernel;
  }
  const covariance = backend.gram(x);
  const rows = backend.diagonal(covariance);
  const tangent = recipe.kernel === 'ntk' ? { tangent: backend.slice(covariance, 0, covariance.batch) } : {};
  const { kernel, variances } = climb(backend, recipe, { covariance, ...tangent, rows, columns: rows }, true);
  variances[Symbol.dispose]();
  return kernel;
};

/** |x|²/D of each row, [batch, n, 1]. */
export const squares = (backend: Backend, x: Matrix): Matrix => {
  using product = backend.hadamard(x, x);
  using sums = backend.rowSums(product);
  return backend.combine([[1 / x.columns, sums]]);
};

/**
 * The lazy kernel between the rows of z [·, n, D] and of x [·, m, D], [B, n, m], and the NNGP variances K^L(z, z), [B, n, 1]
 * (for the tangent kernel too).
 */
export const lazyCrossKernel = (
  backend: Backend,
  recipe: Recipe,
  z: Matrix,
  x: Matrix,
): { readonly kernel: Matrix; readonly variances: Matrix } => {
  const first = recipe.kernel === 'nngp' ? firstLayer(backend, recipe, z, x) : undefined;
  if (first) return climb(backend, { ...recipe, depth: recipe.depth - 1 }, first, false);
  const covariance = backend.gram(z, x);
  const tangent = recipe.kernel === 'ntk' ? { tangent: backend.slice(covariance, 0, covariance.batch) } : {};
  return climb(backend, recipe, { covariance, ...tangent, rows: squares(backend, z), columns: squares(backend, x) }, false);
};
