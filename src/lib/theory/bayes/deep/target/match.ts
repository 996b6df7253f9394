import type { Matrix, WalkerBackend } from '$lib/backend/backend';
import { lowerFactor, pseudoInverse, solveLower, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';

/** The inverse of the second moments of columns [M, p]. Cost M p² and some 10 p³. */
export async function inverseOf(engine: WalkerBackend, columns: Matrix): Promise<Small> {
  const [second] = await engine.outerMeans([[columns, columns]]);
  return pseudoInverse(second!, columns.columns, 1e-9);
}

/**
 * Normals [M, n], changed in place, made empirically white, without mean and without correlation with columns [M, p]: so a draw of the disorder has
 * the moments that it has on average, and of its noise only the higher orders stay. `inverse` gives what `inverseOf` the columns is, where that is known.
 */
export async function match(
  engine: WalkerBackend,
  normals: Matrix,
  columns: Matrix,
  inverse = () => inverseOf(engine, columns),
): Promise<void> {
  const { rows: samples, columns: n } = normals;
  const p = columns.columns;
  if (samples <= n + p + 2) return;
  using ones = engine.upload({ rows: samples, columns: 1 }, new Float64Array(samples).fill(1));
  /** X ← X − C S for S [·, n]. */
  const without = (carrier: Matrix, shares: Small): void => {
    using uploaded = engine.upload({ rows: carrier.columns, columns: n }, shares);
    engine.product(carrier, uploaded, { alpha: -1, beta: 1, into: normals });
  };
  const [mean] = await engine.outerMeans([[ones, normals]]);
  without(ones, mean!);
  const [crossed] = await engine.outerMeans([[columns, normals]]);
  without(columns, times(await inverse(), crossed!, p));
  const [second] = await engine.outerMeans([[normals, normals]]);
  // x ← L⁻¹x.
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  using whitening = engine.upload({ rows: n, columns: n }, transposed(solveLower(lowerFactor(second!, n), identity, n), n));
  using white = engine.product(normals, whitening);
  engine.copy(white, normals);
}
