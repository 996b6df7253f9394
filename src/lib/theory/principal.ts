import { symmetricEigen } from './eigen';

/** Rows as seen along the directions in which they vary most. */
export interface PrincipalScores {
  /** Component of each centred row along a direction, one array of n a direction, of the units of the rows. */
  readonly scores: readonly Float64Array[];
  /** The part of the rows' whole variance that lies along each direction, 0…1; 0 where they do not vary. */
  readonly shares: readonly number[];
}

/**
 * Principal component analysis in double precision: the scores of `rows`, row-major [n, dimension], on their `count` leading principal
 * directions. By the eigenvectors of the smaller of the centred Gram matrix X Xᵀ [n, n], whose eigenvectors u with eigenvalue λ make the
 * scores √λ u, and Xᵀ X [dimension, dimension], on whose eigenvectors w the scores are X w: about n·dimension·min(n, dimension)/2 + 6
 * min(n, dimension)³ operations. A direction has no sign of its own; the score of largest magnitude, of equal ones the first, is positive.
 */
export function principalScores(rows: Float64Array, n: number, dimension: number, count: number): PrincipalScores {
  const centred = centre(rows, n, dimension);
  const byRows = n <= dimension;
  const size = byRows ? n : dimension;
  const { values, vectors } = symmetricEigen(
    byRows ? gram(centred, n, dimension) : gram(transpose(centred, n, dimension), dimension, n),
    size,
  );
  const total = centred.reduce((sum, value) => sum + value * value, 0);
  const scores: Float64Array[] = [];
  const shares: number[] = [];
  for (let index = 0; index < count; index++) {
    const column = size - 1 - index;
    const value = Math.max(0, values[column] ?? 0);
    // Directions beyond the rank, and what is left of them by rounding.
    const isThere = column >= 0 && value > size * Number.EPSILON * total;
    shares.push(isThere ? value / total : 0);
    const score = new Float64Array(n);
    if (isThere)
      for (let row = 0; row < n; row++) {
        if (byRows) score[row] = Math.sqrt(value) * vectors[row * size + column]!;
        else for (let d = 0; d < dimension; d++) score[row]! += centred[row * dimension + d]! * vectors[d * size + column]!;
      }
    scores.push(signed(score));
  }
  return { scores, shares };
}

function centre(rows: Float64Array, n: number, dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  for (let row = 0; row < n; row++) for (let d = 0; d < dimension; d++) mean[d]! += rows[row * dimension + d]! / n;
  return Float64Array.from({ length: n * dimension }, (_, index) => rows[index]! - mean[index % dimension]!);
}

function transpose(rows: Float64Array, n: number, dimension: number): Float64Array {
  return Float64Array.from({ length: n * dimension }, (_, index) => rows[(index % n) * dimension + Math.floor(index / n)]!);
}

/** X Xᵀ of X row-major [n, length]. */
function gram(rows: Float64Array, n: number, length: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += rows[i * length + k]! * rows[j * length + k]!;
      product[i * n + j] = sum;
      product[j * n + i] = sum;
    }
  return product;
}

function signed(score: Float64Array): Float64Array {
  // By more than rounding, so that the other way of computing it, or another machine, does not choose another of two equal ones.
  const largest = score.reduce((most, value) => (Math.abs(value) > Math.abs(most) * (1 + 1e-9) ? value : most), 0);
  return largest < 0 ? score.map((value) => -value) : score;
}
