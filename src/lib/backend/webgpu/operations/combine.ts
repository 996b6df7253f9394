import type { Matrix } from '$lib/backend/backend';
import combineSource from '$shaders/kernel/combine.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch } from '../matrix';

const combineKernel = (terms: number, perEntry: boolean) =>
  defineKernel({
    name: 'combine',
    sources: [combineSource],
    reads: ['a0', 'a1', 'a2', 'a3', 'coefficients'],
    writes: ['c'],
    parameters: { size: d.u32, coefficient0: d.f32, coefficient1: d.f32, coefficient2: d.f32, coefficient3: d.f32 },
    constants: { TERMS: terms, PER_ENTRY: perEntry ? 1 : 0 },
  });

/** Σ cᵢ Aᵢ, see `Backend.combine`. */
export function combine(
  context: Context,
  terms: readonly (readonly [coefficient: number | readonly number[], matrix: Matrix])[],
  into?: Matrix,
): Matrix {
  const [first] = terms;
  if (!first || terms.length > 4) throw new Error(`combine takes one to four terms, got ${terms.length}`);
  const a0 = first[1];
  const { rows, columns } = a0;
  for (const [, matrix] of terms) {
    if (matrix.rows !== rows || matrix.columns !== columns) throw new Error('combine: the matrices differ in shape');
  }
  const lists = terms.flatMap(([coefficient]) => (typeof coefficient === 'number' ? [] : [coefficient.length]));
  const batch = Math.max(commonBatch(...terms.map(([, matrix]) => matrix)), ...lists);
  for (const length of lists)
    if (length !== batch && length !== 1) throw new Error(`combine: ${length} coefficients for a batch of ${batch}`);
  for (const [, matrix] of terms) if (matrix.batch !== 1 && matrix.batch !== batch) throw new Error('combine: the batches do not fit');
  const at = (term: number, entry: number): number => {
    const coefficient = terms[term]?.[0] ?? 0;
    return typeof coefficient === 'number' ? coefficient : (coefficient[coefficient.length === 1 ? 0 : entry] ?? 0);
  };
  using table =
    lists.length > 0
      ? context.upload(
          { batch, rows: 1, columns: 4 },
          Float32Array.from({ length: 4 * batch }, (_, i) => at(i % 4, Math.floor(i / 4))),
        )
      : undefined;
  const matrices = terms.map(([, matrix]) => matrix);
  return context.apart({ batch, rows, columns }, into, matrices, (c) => {
    const size = rows * columns;
    const [x, y] = context.grid(size);
    context.dispatch(
      combineKernel(terms.length, table !== undefined),
      // Bindings that are not read are given the first term.
      { a0, a1: matrices[1] ?? a0, a2: matrices[2] ?? a0, a3: matrices[3] ?? a0, coefficients: table ?? a0, c },
      { size, coefficient0: at(0, 0), coefficient1: at(1, 0), coefficient2: at(2, 0), coefficient3: at(3, 0) },
      [x, y, batch],
      2 * terms.length * size * batch,
    );
  });
}
