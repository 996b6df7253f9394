import type { Task } from '$lib/theory/theory';

/** Directions at most that a law is integrated over by quadrature. */
export const mostDirections = 2;

/** The row span of the training inputs of a task. */
export interface Span {
  /** Rank r of X. */
  readonly rank: number;
  /** Orthonormal directions, row-major [r, D]. */
  readonly basis: Float64Array;
  /** Rows x_μ/√D in them, row-major [P, r]: h_μ = c_μ · (the part of w in the span). */
  readonly coordinates: Float64Array;
}

/** What of a row of length 1 may lie outside. Rounding leaves 10⁻¹⁵, numbers printed with ten digits 10⁻¹⁰; a row that matters more has its own direction. */
export const outside = 1e-9;

const remembered = new WeakMap<Float64Array, Span | null>();

/**
 * The span of the training inputs where it has one or two directions, else undefined. Gram–Schmidt over rows scaled to length 1, always with
 * the one that is farthest outside, so that the same task padded or rotated has the same coordinates. Cost 2 P D a direction, and no more
 * than three directions are ever looked for; remembered with the inputs.
 */
export function spanOf({ trainInputs, trainLabels, dimension }: Task): Span | undefined {
  const known = remembered.get(trainInputs);
  if (known !== undefined) return known ?? undefined;
  const span = find(trainInputs, trainLabels.length, dimension);
  remembered.set(trainInputs, span ?? null);
  return span;
}

/** Row p scaled to length 1; over its greatest entry first, so that squares neither over- nor underflow. A row of zeros stays one. */
function unitRow(x: Float64Array, p: number, dimension: number, out: Float64Array): void {
  let greatest = 0;
  for (let k = 0; k < dimension; k++) greatest = Math.max(greatest, Math.abs(x[p * dimension + k]!));
  if (greatest === 0) return;
  let square = 0;
  for (let k = 0; k < dimension; k++) square += (out[p * dimension + k] = x[p * dimension + k]! / greatest) ** 2;
  const length = Math.sqrt(square);
  for (let k = 0; k < dimension; k++) out[p * dimension + k]! /= length;
}

function find(x: Float64Array, rows: number, dimension: number): Span | undefined {
  const rest = new Float64Array(x.length);
  for (let p = 0; p < rows; p++) unitRow(x, p, dimension, rest);
  const directions: Float64Array[] = [];
  for (;;) {
    let farthest = -1;
    let most = outside;
    for (let p = 0; p < rows; p++) {
      let square = 0;
      for (let k = 0; k < dimension; k++) square += rest[p * dimension + k]! ** 2;
      // Equal but for rounding is equal: then the first.
      if (Math.sqrt(square) > most * (1 + 1e-9)) [farthest, most] = [p, Math.sqrt(square)];
    }
    if (farthest < 0) break;
    if (directions.length === mostDirections) return undefined;
    const direction = rest.slice(farthest * dimension, (farthest + 1) * dimension);
    // A second time, for what little is left has lost digits.
    takeOff(direction, 0, directions);
    const length = lengthOf(direction);
    for (let k = 0; k < dimension; k++) direction[k]! /= length;
    directions.push(direction);
    for (let p = 0; p < rows; p++) takeOff(rest, p * dimension, [direction]);
  }
  const rank = directions.length;
  if (rank === 0) return undefined;
  const coordinates = new Float64Array(rows * rank);
  for (let p = 0; p < rows; p++)
    directions.forEach((direction, j) => {
      let sum = 0;
      for (let k = 0; k < dimension; k++) sum += x[p * dimension + k]! * direction[k]!;
      coordinates[p * rank + j] = sum / Math.sqrt(dimension);
    });
  if (!coordinates.every((value) => Number.isFinite(value))) return undefined;
  const basis = new Float64Array(rank * dimension);
  directions.forEach((direction, j) => {
    basis.set(direction, j * dimension);
  });
  return { rank, basis, coordinates };
}

const lengthOf = (v: Float64Array): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));

/** Takes the parts along unit directions off the D numbers from `at` on. */
function takeOff(all: Float64Array, at: number, directions: readonly Float64Array[]): void {
  for (const direction of directions) {
    let along = 0;
    for (let k = 0; k < direction.length; k++) along += all[at + k]! * direction[k]!;
    for (let k = 0; k < direction.length; k++) all[at + k]! -= along * direction[k]!;
  }
}
