import type { Small } from '$lib/theory/bayes/deep/target/small';

/** X Zᵀ/D for rows X [n, D] and Z [m, D]: [n, m]. */
export function gramOf(x: Float64Array, z: Float64Array, dimension: number): Small {
  const n = x.length / dimension;
  const m = z.length / dimension;
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < dimension; k++) sum += x[i * dimension + k]! * z[j * dimension + k]!;
      out[i * m + j] = sum / dimension;
    }
  return out;
}
