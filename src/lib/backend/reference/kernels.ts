import type { Activation } from '$lib/base/activation';
import type { KernelScales, Matrix } from '$lib/backend/backend';
import { angleOfRows, anglesOfRows, geometricMean, isSharp, nextReluAngle, squaredLengths } from './angles';
import { commonBatch, expectShape, type Counters, own, ReferenceMatrix } from './matrix';
import { kernelMaps } from './nngp';
import { product } from './product';

/** The NNGP map and its derivative kernel, see `Backend.nngp`. */
export const nngp = (
  counters: Counters,
  activation: Activation,
  c: Matrix,
  a: Matrix,
  b: Matrix,
  angles?: Matrix,
): { kernel: Matrix; derivative: Matrix } => {
  expectShape(a, c.rows, 1, 'nngp: variances of the rows');
  expectShape(b, c.columns, 1, 'nngp: variances of the columns');
  if (angles) expectShape(angles, c.rows, c.columns, 'nngp: angles');
  const shape = { batch: commonBatch(c, a, b, ...(angles ? [angles] : [])), rows: c.rows, columns: c.columns };
  const kernel = ReferenceMatrix.zeros(counters, shape);
  const derivative = ReferenceMatrix.zeros(counters, shape);
  const map = kernelMaps[activation];
  for (let index = 0; index < shape.batch; index++)
    map(
      own(c).entry(index),
      own(a).entry(index),
      own(b).entry(index),
      kernel.entry(index),
      derivative.entry(index),
      angles && own(angles).entry(index),
    );
  return { kernel, derivative };
};

/** Signed angles between rows, see `Backend.angles`. */
export const angles = (counters: Counters, x: Matrix, z = x): Matrix => {
  const made = product(counters, x, z, { transposeB: true });
  for (let index = 0; index < made.batch; index++) anglesOfRows(own(x).entry(index), own(z).entry(index), x.columns, made.entry(index));
  return made;
};

/** The relu map of signed angles, see `Backend.reluAngles`. */
export const reluAngles = (counters: Counters, from: Matrix): Matrix => {
  const made = ReferenceMatrix.zeros(counters, { batch: from.batch, rows: from.rows, columns: from.columns });
  own(from).values.forEach((angle, at) => (made.values[at] = nextReluAngle(angle)));
  return made;
};

const plainScales: KernelScales = { covariance: 1, rows: 1, columns: 1 };

/** The NNGP map of a Gram matrix, see `Backend.kernelGram`. */
export const kernelGram = (counters: Counters, activation: Activation, x: Matrix, z = x, scales?: KernelScales): Matrix => {
  const gram = product(counters, x, z, { transposeB: true, alpha: 1 / x.columns });
  mapGram(activation, gram, x, z, scales);
  return gram;
};

/** The same in the place of the Gram matrix X Zᵀ/D. */
export const mapGram = (activation: Activation, kernel: ReferenceMatrix, x: Matrix, z: Matrix, scales = plainScales): void => {
  const derivative = new Float64Array(x.rows * z.rows);
  for (let index = 0; index < kernel.batch; index++) {
    const entry = kernel.entry(index);
    const [left, right] = [own(x).entry(index), own(z).entry(index)];
    const variances = (rows: Float64Array, scale: number): Float64Array =>
      squaredLengths(rows, x.columns).map((square) => scale * ((1 / x.columns) * square));
    const diagonal = (scale: number): Float64Array =>
      Float64Array.from({ length: x.rows }, (_, i) => scale * (entry[i * (x.rows + 1)] as number));
    const a = x === z ? diagonal(scales.rows) : variances(left, scales.rows);
    const b = x === z ? diagonal(scales.columns) : variances(right, scales.columns);
    const covariances = entry.map((value) => scales.covariance * value);
    const precise =
      activation === 'erf' || activation === 'tanh' ? scaledAngles(left, right, x.columns, covariances, a, b, scales) : undefined;
    kernelMaps[activation](covariances, a, b, entry, derivative, precise);
  }
};

/**
 * Signed angles of the pairs whose map is sharp, [n, m], from the rows; c, a and b are their covariances s x·z/D and variances r |x|²/D and
 * q |z|²/D. undefined where no pair is so. With κ = s/√(rq) and rows at θ, sin² of the angle is 1 − κ²cos²θ = (1 − κ)(1 + κ) + κ²sin²θ.
 */
const scaledAngles = (
  x: Float64Array,
  z: Float64Array,
  inner: number,
  c: Float64Array,
  a: Float64Array,
  b: Float64Array,
  { covariance, rows, columns }: KernelScales,
): Float64Array | undefined => {
  const coupling = covariance === rows && rows === columns ? 1 : covariance / geometricMean(rows, columns);
  const [n, m] = [a.length, b.length];
  let made: Float64Array | undefined;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      const at = i * m + j;
      const [u, v, given] = [a[i] as number, b[j] as number, c[at] as number];
      const mean = geometricMean(u, v);
      if (!isSharp(given, mean)) continue;
      made ??= new Float64Array(n * m);
      const angle =
        x === z && i === j
          ? 0
          : angleOfRows(x, i * inner, z, j * inner, inner, (given / covariance) * inner, (u / rows) * inner, (v / columns) * inner);
      const sine = coupling * Math.sin(angle);
      const square = Math.max(0, (1 - coupling) * (1 + coupling)) + sine * sine;
      const acute = Math.asin(Math.min(1, Math.sqrt(square)));
      made[at] = given < 0 ? Math.min(-acute, -1e-300) : acute;
    }
  return made;
};
