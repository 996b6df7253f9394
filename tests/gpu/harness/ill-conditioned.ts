import { numbers } from './suite';

/** NNGP map of one hidden layer on inputs of unit variance, correlation c (theory.md §1). */
const maps = {
  // asin of the well-conditioned argument 2c/3 ≤ 2/3.
  erf: (c: number): number => (2 / Math.PI) * Math.asin((2 * c) / 3),
  relu: (c: number): number => {
    const angle = Math.acos(Math.min(1, Math.max(-1, c)));
    return (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle)) / (2 * Math.PI);
  },
} as const;

/** Largest eigenvalue by power iteration: a kernel matrix has one that stands out. */
const largestEigenvalue = (a: Float64Array, n: number): number => {
  let vector = new Float64Array(n).fill(1 / Math.sqrt(n));
  let value = 0;
  for (let step = 0; step < 30; step++) {
    const next = new Float64Array(n);
    let square = 0;
    for (let i = 0, at = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++, at++) sum += a[at]! * vector[j]!;
      next[i] = sum;
      square += sum * sum;
    }
    value = Math.sqrt(square);
    vector = next.map((x) => x / value);
  }
  return value;
};

/**
 * An NNGP kernel matrix of n points in four dimensions, the last third of them the first once more, so that it is singular whatever the
 * map, plus the ridge that makes its condition number `condition` (1 for n = 1); rounded to f32, row-major. The kind of matrix every
 * theory of the product has to solve with.
 */
export function illConditioned(activation: 'erf' | 'relu', n: number, condition: number, seed: number): Float32Array {
  const dimension = 4;
  const x = numbers(n * dimension, seed + 100);
  const repeated = n - Math.ceil(n / 3);
  if (n > 1) x.copyWithin(repeated * dimension, 0, (n - repeated) * dimension);
  const lengths = Array.from({ length: n }, (_, i) => Math.hypot(...x.subarray(i * dimension, (i + 1) * dimension)));
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let c = 0;
      for (let d = 0; d < dimension; d++) c += x[i * dimension + d]! * x[j * dimension + d]!;
      kernel[i * n + j] = maps[activation](c / (lengths[i]! * lengths[j]!));
      kernel[j * n + i] = kernel[i * n + j]!;
    }
  }
  const ridge = largestEigenvalue(kernel, n) / (condition - 1);
  for (let i = 0; i < n; i++) kernel[i * n + i]! += ridge;
  return Float32Array.from(kernel);
}
