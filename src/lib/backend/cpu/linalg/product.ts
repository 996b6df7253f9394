import type { Matrix, ProductOptions } from '$lib/backend/backend';
import { productShape } from '$lib/backend/shapes';
import type { Engine } from '../engine';
import { CpuMatrix, own } from '../matrix';
import { blockScratch, blocksOf, triangleBlocks } from './blocks';

/** Numbers of the result that a task of a matrix times a vector writes. */
const vectorPiece = 64;

/** C = alpha · op(A) op(B) + beta · C, see `Backend.product`. `into` may not share storage with A or B. */
export const product = (engine: Engine, a: Matrix, b: Matrix, options: ProductOptions = {}): CpuMatrix => {
  const { transposeA = false, transposeB = false, alpha = 1, beta = 0 } = options;
  const [left, right] = [own(a), own(b)];
  const { batch, rows, columns, inner } = productShape(a, b, options);
  const out = options.into ? own(options.into) : CpuMatrix.make(engine, { batch, rows, columns });
  if (out.sharesStorage(left) || out.sharesStorage(right)) throw new Error('product: the result shares storage with a factor');
  // beta = 0 overwrites, whatever was there (not-a-number included).
  const keep = options.into ? beta : 0;
  if (columns === 1) matrixVector(engine, out, left, transposeA, right, alpha, keep);
  else if (rows === 1) matrixVector(engine, out, right, !transposeB, left, alpha, keep);
  else if (keep === 0 && a === b && transposeA !== transposeB) symmetric(engine, out, left, transposeA, alpha);
  else general(engine, out, [left, transposeA], [right, transposeB], inner, alpha, keep);
  return out;
};

/** Bytes from one row and from one column to the next of op(A). */
const steps = (matrix: CpuMatrix, transposed: boolean): readonly [row: number, column: number] =>
  transposed ? [8, 8 * matrix.columns] : [8 * matrix.columns, 8];

const general = (
  engine: Engine,
  out: CpuMatrix,
  [a, transposeA]: readonly [CpuMatrix, boolean],
  [b, transposeB]: readonly [CpuMatrix, boolean],
  inner: number,
  alpha: number,
  beta: number,
): void => {
  const { batch, rows, columns } = out;
  const { tall, wide, blocks } = blocksOf(rows, columns, batch, engine.threads);
  engine.run(
    'product',
    { tasks: blocks, each: 2 * Math.min(tall, rows) * Math.min(wide, columns) * inner, scratch: blockScratch },
    out.address,
    ...[a.address, a.stride, ...steps(a, transposeA)],
    ...[b.address, b.stride, ...steps(b, transposeB)],
    ...[rows, columns, inner, alpha, beta, tall, wide],
  );
};

/** A Aᵀ, or AᵀA. */
const symmetric = (engine: Engine, out: CpuMatrix, a: CpuMatrix, transposed: boolean, alpha: number): void => {
  const { batch, rows } = out;
  const inner = transposed ? a.rows : a.columns;
  const { tall: size } = blocksOf(rows, rows, batch, engine.threads / 2);
  engine.run(
    'symmetricProduct',
    { tasks: batch * triangleBlocks(rows, size), each: 2 * Math.min(size, rows) ** 2 * inner, scratch: blockScratch },
    out.address,
    ...[a.address, a.stride, ...steps(a, transposed)],
    ...[rows, inner, alpha, size],
  );
};

/** The numbers of `out`, a row or a column, from op(A) and those of x. */
const matrixVector = (
  engine: Engine,
  out: CpuMatrix,
  a: CpuMatrix,
  transposed: boolean,
  x: CpuMatrix,
  alpha: number,
  beta: number,
): void => {
  const count = transposed ? a.columns : a.rows;
  engine.run(
    transposed ? 'transposedVector' : 'matrixVector',
    { tasks: out.batch * Math.ceil(count / vectorPiece), each: 2 * vectorPiece * (transposed ? a.rows : a.columns) },
    out.address,
    ...[a.address, a.stride, x.address, x.stride],
    ...[a.rows, a.columns, alpha, beta, vectorPiece],
  );
};
