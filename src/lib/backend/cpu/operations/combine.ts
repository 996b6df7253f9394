import type { Matrix } from '$lib/backend/backend';
import { combinedBatch, perEntry } from '$lib/backend/shapes';
import type { Engine } from '../engine';
import { CpuMatrix, own } from '../matrix';

/** Numbers that one task of an elementwise kernel writes. */
export const piece = 8192;

/** Σ cᵢ Aᵢ, see `Backend.combine`. */
export const combine = (
  engine: Engine,
  terms: readonly (readonly [coefficient: number | readonly number[], matrix: Matrix])[],
  into?: Matrix,
): CpuMatrix => {
  const batch = combinedBatch(terms, into);
  const { rows, columns } = terms[0]![1];
  const out = into ? own(into) : CpuMatrix.make(engine, { batch, rows, columns });
  const size = rows * columns;
  using coefficients = engine.numbers(
    Array.from({ length: batch }, (_, index) => terms.map(([coefficient]) => perEntry(coefficient, index))).flat(),
  );
  const given = [0, 1, 2, 3].flatMap((i) => {
    const matrix = own(terms[Math.min(i, terms.length - 1)]![1]);
    return [matrix.address, matrix.stride];
  });
  engine.run(
    'combine',
    { tasks: batch * Math.ceil(size / piece), each: 2 * terms.length * Math.min(piece, size) },
    out.address,
    size,
    piece,
    coefficients.address,
    terms.length,
    ...given,
  );
  return out;
};
