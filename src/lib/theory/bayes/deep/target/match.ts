import { lowerFactor, meanOuter, pseudoInverse, solveLower, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';

/** The inverse of the second moments of columns [M, p]. Cost M p² and some 10 p³. */
export const inverseOf = (columns: Float64Array, p: number, samples: number): Small =>
  pseudoInverse(meanOuter(columns, columns, p, p, samples), p, 1e-9);

/**
 * Normals [M, n], their own to change, made empirically white, without mean and without correlation with columns [M, p]: so a draw of the
 * disorder has the moments that it has on average, and of its noise only the higher orders stay. `inverse` gives what `inverseOf` the columns is, where
 * that is known.
 */
export function match(
  normals: Float64Array,
  columns: Float64Array,
  n: number,
  p: number,
  inverse = () => inverseOf(columns, p, normals.length / n),
): Float64Array {
  const samples = normals.length / n;
  if (samples <= n + p + 2) return normals;
  for (let i = 0; i < n; i++) {
    let mean = 0;
    for (let k = 0; k < samples; k++) mean += normals[k * n + i]! / samples;
    for (let k = 0; k < samples; k++) normals[k * n + i]! -= mean;
  }
  const slopes = times(inverse(), meanOuter(columns, normals, p, n, samples), p);
  const carried = times(columns, slopes, p);
  for (let i = 0; i < normals.length; i++) normals[i]! -= carried[i]!;
  const factor = lowerFactor(meanOuter(normals, normals, n, n, samples), n);
  // x ← L⁻¹x.
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  return times(normals, transposed(solveLower(factor, identity, n), n), n);
}
