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
  /** Signed angles between the features, [·, n, m] (`Backend.angles`), where a map needs more than the covariances tell. */
  readonly angles?: Matrix;
}

const disposeLayer = (layer: Layer): void => {
  for (const matrix of [layer.covariance, layer.tangent, layer.rows, layer.columns, layer.angles]) matrix?.[Symbol.dispose]();
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

/**
 * Whether the first layer's map needs angles made from the inputs. A rounded correlation has lost angles below the root of the roundoff, and
 * relu's K̇ is linear in them; erf and tanh turn by 1/√(K⁰(x, x)), which is small for long inputs. The other maps are smooth in K⁰, and
 * so is every map in its own covariances where their variances are at most 1, as those of erf and tanh features are.
 */
const needsAngles = ({ activation, kernel }: Recipe): boolean =>
  activation === 'erf' || activation === 'tanh' || (activation === 'relu' && kernel === 'ntk');

/** K^{l+1} = E φ(u)φ(u′) and Θ^{l+1} = K^{l+1} + K̇^{l+1} ∘ Θ^l. `further`: whether another layer follows. */
const nextLayer = (backend: Backend, recipe: Recipe, layer: Layer, square: boolean, further: boolean): Layer => {
  using c = scaled(backend, layer.covariance, recipe.variance);
  using a = scaled(backend, layer.rows, recipe.variance);
  using b = scaled(backend, layer.columns, recipe.variance);
  const { kernel: covariance, derivative } = backend.nngp(recipe.activation, c, a, b, layer.angles);
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
  // Angles do not depend on the prior variance, and those of relu features on nothing but the angles below.
  const angles = further && layer.angles && recipe.activation === 'relu' ? backend.reluAngles(layer.angles) : undefined;
  return { covariance, ...(tangent && { tangent }), rows, columns, ...(angles && { angles }) };
};

/** K^L or Θ^L, [B, n, m], from K⁰; takes over the first layer. */
const forward = (
  backend: Backend,
  recipe: Recipe,
  first: Layer,
  square: boolean,
): { readonly kernel: Matrix; readonly variances: Matrix } => {
  let layer = first;
  for (let l = 0; l < recipe.depth; l++) {
    const below = layer;
    try {
      layer = nextLayer(backend, recipe, below, square, l + 1 < recipe.depth);
    } finally {
      disposeLayer(below);
    }
  }
  const { covariance, tangent, rows, columns, angles } = layer;
  angles?.[Symbol.dispose]();
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

/** What the first layer holds besides covariances and variances: Θ⁰ = K⁰ and the angles, where they are needed. */
const besides = (backend: Backend, recipe: Recipe, covariance: Matrix, z: Matrix, x?: Matrix): Pick<Layer, 'tangent' | 'angles'> => ({
  ...(recipe.kernel === 'ntk' && { tangent: backend.slice(covariance, 0, covariance.batch) }),
  ...(needsAngles(recipe) && { angles: backend.angles(z, x) }),
});

/**
 * The lazy kernel of the rows of x [B or 1, n, D] with themselves, [B, n, n]: `theory.md` §1 from K⁰ = X Xᵀ/D.
 */
export const lazyKernel = (backend: Backend, recipe: Recipe, x: Matrix): Matrix => {
  const first = recipe.kernel === 'nngp' ? firstLayer(backend, recipe, x) : undefined;
  if (first) {
    const { kernel, variances } = forward(backend, { ...recipe, depth: recipe.depth - 1 }, first, true);
    variances[Symbol.dispose]();
    return kernel;
  }
  const covariance = backend.gram(x);
  const rows = backend.diagonal(covariance);
  const { kernel, variances } = forward(
    backend,
    recipe,
    { covariance, ...besides(backend, recipe, covariance, x), rows, columns: rows },
    true,
  );
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
  if (first) return forward(backend, { ...recipe, depth: recipe.depth - 1 }, first, false);
  const covariance = backend.gram(z, x);
  const [rows, columns] = [squares(backend, z), squares(backend, x)];
  return forward(backend, recipe, { covariance, ...besides(backend, recipe, covariance, z, x), rows, columns }, false);
};
