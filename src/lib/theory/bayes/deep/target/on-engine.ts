import type { Activation } from '$lib/base/activation';
import type { Matrix, WalkerBackend } from '$lib/backend/backend';
import { transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import type { Prior, Tie } from '$lib/theory/bayes/deep/target/tie';

/** A small matrix on an engine. */
export const uploaded = (engine: WalkerBackend, rows: number, numbers: Small): Matrix =>
  engine.upload({ rows, columns: rows === 0 ? 0 : numbers.length / rows }, numbers);

/** Σ X A over terms X [·, M, p] and small A [p, q]. The first has as many entries as the sum. */
export function blended(engine: WalkerBackend, first: readonly [Matrix, Small], ...others: readonly (readonly [Matrix, Small])[]): Matrix {
  using a = uploaded(engine, first[0].columns, first[1]);
  const sum = engine.product(first[0], a);
  for (const [x, small] of others) {
    using b = uploaded(engine, x.columns, small);
    engine.product(x, b, { beta: 1, into: sum });
  }
  return sum;
}

/** m for every disorder sample, [M, n], from the source's z [M, P_s] and white ξ [M, n]: m = κKᵀz_s + V^{1/2}ξ. */
export const meansOn = (engine: WalkerBackend, { pull, ownRoot }: Prior, heldZ: Matrix, white: Matrix, { kappa }: Tie): Matrix =>
  blended(engine, [heldZ, pull.map((value) => kappa * value)], [white, ownRoot]);

/** φ(m + Z R) for Z [·, M, p], small R [p, q] and m [·, M, q]. */
export function bentOn(engine: WalkerBackend, activation: Activation, z: Matrix, small: Small, means: Matrix): Matrix {
  const p = z.columns;
  // `shiftedFeatures` divides by √p.
  const scale = Math.sqrt(p);
  using across = uploaded(
    engine,
    small.length / p,
    transposed(small, small.length / p).map((value) => scale * value),
  );
  return engine.shiftedFeatures(activation, z, across, means);
}

/** Rows `first … first + count − 1` of every entry, each entry by itself a view. */
export function someRows(engine: WalkerBackend, matrix: Matrix, first: number, count: number): Matrix {
  const { batch, rows, columns } = matrix;
  if (first === 0 && count === rows) return engine.slice(matrix, 0, batch);
  using split = engine.reshape(matrix, { batch: batch * rows, rows: 1, columns });
  const made = engine.zeros({ batch, rows: count, columns });
  for (let entry = 0; entry < batch; entry++) {
    using part = engine.slice(split, entry * rows + first, count);
    using own = engine.reshape(part, { rows: count, columns });
    engine.copy(own, made, entry);
  }
  return made;
}
