import type { Activation } from '$lib/base/activation';
import type { KernelScales, Matrix } from '$lib/backend/backend';
import { commonBatch, expectShape, type Ledger, own, ReferenceMatrix } from './matrix';
import { kernelMaps } from './nngp';
import { product } from './product';

/** The NNGP map and its derivative kernel, see `Backend.nngp`. */
export const nngp = (ledger: Ledger, activation: Activation, c: Matrix, a: Matrix, b: Matrix): { kernel: Matrix; derivative: Matrix } => {
  expectShape(a, c.rows, 1, 'nngp: variances of the rows');
  expectShape(b, c.columns, 1, 'nngp: variances of the columns');
  const shape = { batch: commonBatch(c, a, b), rows: c.rows, columns: c.columns };
  const kernel = ReferenceMatrix.zeros(ledger, shape);
  const derivative = ReferenceMatrix.zeros(ledger, shape);
  for (let index = 0; index < shape.batch; index++)
    kernelMaps[activation](own(c).entry(index), own(a).entry(index), own(b).entry(index), kernel.entry(index), derivative.entry(index));
  return { kernel, derivative };
};

/** scale · |x|²/D of each row of one entry. */
const variancesOf = (entry: Float64Array, columns: number, scale: number): Float64Array =>
  Float64Array.from({ length: entry.length / columns }, (_, i) => {
    let sum = 0;
    for (const value of entry.subarray(i * columns, (i + 1) * columns)) sum += value * value;
    return scale * ((1 / columns) * sum);
  });

/** The NNGP map of a Gram matrix, see `Backend.kernelGram`. */
export const kernelGram = (ledger: Ledger, activation: Activation, x: Matrix, z: Matrix, scales: KernelScales): Matrix => {
  const kernel = product(ledger, x, z, { transposeB: true, alpha: 1 / x.columns });
  const derivative = new Float64Array(x.rows * z.rows);
  for (let index = 0; index < kernel.batch; index++) {
    const entry = kernel.entry(index);
    const diagonal = (scale: number): Float64Array =>
      Float64Array.from({ length: x.rows }, (_, i) => scale * (entry[i * (x.rows + 1)] as number));
    const a = x === z ? diagonal(scales.rows) : variancesOf(own(x).entry(index), x.columns, scales.rows);
    const b = x === z ? diagonal(scales.columns) : variancesOf(own(z).entry(index), x.columns, scales.columns);
    const covariances = entry.map((value) => scales.covariance * value);
    kernelMaps[activation](covariances, a, b, entry, derivative);
  }
  return kernel;
};
