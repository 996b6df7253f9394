import type { Task } from '$lib/theory/theory';
import { symmetricEigen } from '$lib/theory/eigen';

/** The non-zero part of the spectrum of K = X Xᵀ/D: eigenvalues [n] and orthonormal eigenvectors, row-major [n, P]. */
export interface Spectrum {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
  readonly count: number;
  readonly rows: number;
}

const remembered = new WeakMap<Float64Array, Spectrum>();

/**
 * Spectrum of the input Gram matrix of a task, in double precision, through the smaller of X Xᵀ/D and XᵀX/D.
 * Cost min(P, D)² max(P, D) once; remembered with the task's inputs, so that every point of a sweep shares it.
 */
export function gramSpectrum(task: Task): Spectrum {
  const known = remembered.get(task.trainInputs);
  if (known) return known;
  const spectrum = decompose(task.trainInputs, task.trainLabels.length, task.dimension);
  remembered.set(task.trainInputs, spectrum);
  return spectrum;
}

/** Rank of the training inputs: directions in which they vary by more than 10⁻⁵ of the most; at least 1. */
export function rankOf(task: Task): number {
  const { values } = gramSpectrum(task);
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  return Math.max(1, values.filter((value) => value > 1e-10 * largest).length);
}

/** Of the largest eigenvalue, what a direction of the inputs has at least to hold wells of its own: there they vary by more than a thirtieth of the most. */
const slight = 1e-3;

/** Directions in which the training inputs vary by more than slightly. */
export function seriousDirections(task: Task): number {
  const { values } = gramSpectrum(task);
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  return largest > 0 ? values.filter((value) => value > slight * largest).length : 0;
}

function decompose(x: Float64Array, rows: number, dimension: number): Spectrum {
  const wide = rows <= dimension;
  const n = wide ? rows : dimension;
  const small = new Float64Array(n * n);
  if (wide) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < dimension; k++) sum += x[i * dimension + k]! * x[j * dimension + k]!;
        small[i * n + j] = small[j * n + i] = sum / dimension;
      }
    }
  } else {
    for (let k = 0; k < rows; k++) {
      for (let i = 0; i < n; i++) {
        const xi = x[k * n + i]! / dimension;
        if (xi !== 0) for (let j = 0; j < n; j++) small[i * n + j]! += xi * x[k * n + j]!;
      }
    }
  }
  const eigen = symmetricEigen(small, n);
  const floor = Math.max(eigen.values[n - 1] ?? 0, 0) * n * Number.EPSILON;
  const kept = Array.from(eigen.values.keys()).filter((j) => eigen.values[j]! > floor);
  const values = Float64Array.from(kept, (j) => eigen.values[j]!);
  const vectors = new Float64Array(kept.length * rows);
  kept.forEach((j, to) => {
    for (let p = 0; p < rows; p++) {
      if (wide) {
        vectors[to * rows + p] = eigen.vectors[p * n + j]!;
        continue;
      }
      let sum = 0;
      for (let k = 0; k < n; k++) sum += x[p * n + k]! * eigen.vectors[k * n + j]!;
      vectors[to * rows + p] = sum / Math.sqrt(dimension * values[to]!);
    }
  });
  return { values, vectors, count: kept.length, rows };
}

/** Coefficients [n] of a vector [P] in the eigenvectors. */
export function project({ vectors, count, rows }: Spectrum, vector: Float64Array): Float64Array {
  const out = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let p = 0; p < rows; p++) sum += vectors[j * rows + p]! * vector[p]!;
    out[j] = sum;
  }
  return out;
}

/** Σ coefficients · eigenvectors, [P]. */
export function lift({ vectors, count, rows }: Spectrum, coefficients: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let j = 0; j < count; j++) for (let p = 0; p < rows; p++) out[p]! += coefficients[j]! * vectors[j * rows + p]!;
  return out;
}
