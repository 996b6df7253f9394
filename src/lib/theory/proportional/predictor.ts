import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend, Matrix } from '$lib/backend/backend';
import { ownMap, squares } from '$lib/theory/common/lazy-recursion';
import type { TargetOrders } from '$lib/theory/proportional/equations';
import {
  crossKernel,
  explained,
  factored,
  otherKernel,
  prepareSource,
  sameKernel,
  scaledKernel,
  uploadTrain,
  type Coupling,
  type SourceLaw,
} from '$lib/theory/proportional/kernels';
import type { Task } from '$lib/theory/theory';
import { columnSums } from '$lib/theory/common/column-sums';

/** Mean predictor and predictive variance at each test example. */
export interface Predictions {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/** Test examples taken at a time: bounds the cross kernels, and lets a stop be heard in between. */
const portion = 1024;

/** Σ over the rows of A ∘ B, as numbers, one a column. */
const readColumnSums = async (backend: Backend, a: Matrix, b: Matrix): Promise<Float64Array> => {
  using sums = columnSums(backend, a, b);
  return await backend.read(sums);
};

/** k_φ(x, x) of each row at B prior variances, [B n]. */
const ownVariances = async (backend: Backend, law: SourceLaw, x: Matrix, variance: readonly number[]): Promise<Float64Array> => {
  using lengths = squares(backend, x);
  using scaled = backend.combine([[variance, lengths]]);
  using own = ownMap(backend, law.activation, scaled);
  return await backend.read(own);
};

/** Predictions of `batch` laws on a test set, a portion of it at a time. */
const inPortions = async (
  backend: Backend,
  { testInputs, testLabels, dimension }: Task,
  batch: number,
  run: Run,
  work: (x: Matrix) => Promise<Predictions>,
): Promise<Predictions[]> => {
  const total = testLabels.length;
  const all = Array.from({ length: batch }, () => ({ means: new Float64Array(total), variances: new Float64Array(total) }));
  const most = Math.max(1, Math.floor(portion / batch));
  for (let first = 0; first < total; first += most) {
    run.signal.throwIfAborted();
    const count = Math.min(most, total - first);
    using x = backend.upload({ rows: count, columns: dimension }, testInputs.subarray(first * dimension, (first + count) * dimension));
    const found = await work(x);
    all.forEach(({ means, variances }, b) => {
      means.set(found.means.subarray(b * count, (b + 1) * count), first);
      variances.set(found.variances.subarray(b * count, (b + 1) * count), first);
    });
    run.progress((first + count) / total);
  }
  return all;
};

/** A source's f = Q̂_s k A⁻¹y and variance Q̂_s k(x,x) − Q̂_s² k A⁻¹k on its test set: `theory.md` §4 at δ = 0. */
export const predictSource = async (backend: Backend, law: SourceLaw, run: Run): Promise<Predictions> => {
  const { activation, task, order } = law;
  using source = await prepareSource(backend, law);
  const [predictions] = await inPortions(backend, task, 1, run, async (x) => {
    using kernel = scaledKernel(backend, activation, x, source.inputs, { covariance: 1, rows: 1, columns: 1 });
    using mean = backend.product(kernel, source.dual, { alpha: order });
    using half = explained(backend, source, kernel);
    const known = await readColumnSums(backend, half, half);
    const prior = await ownVariances(backend, law, x, [1]);
    return { means: await backend.read(mean), variances: prior.map((value, i) => order * value - order * order * (known[i] as number)) };
  });
  return predictions as Predictions;
};

/** A target as its predictor wants it. */
export interface TargetLaw {
  readonly coupling: Coupling<number>;
  readonly orders: TargetOrders;
  /** α = D⁻¹(y_t − R̂z), [P_t]. */
  readonly dual: Float64Array;
}

/** What targets of one sweep have in common. */
export interface TargetSetting {
  readonly source: SourceLaw;
  readonly task: Task;
  readonly temperature: number;
}

/**
 * Targets' predictors and variances on their test set, `theory.md` §4, all as one batch. With h = L⁻¹(κ_d − κ_o) = L⁻¹(Q̂_d k_d − Q̂_o k_o),
 * D = L Lᵀ, and g = L⁻¹(κ_d + κ_o), the variance is Q̂_d k_d(x,x) − R̂²|L_A⁻¹k_sx|² − h·g + (L⁻ᵀh)ᵀG(L⁻ᵀh): products of half-solves,
 * so that in single precision the error grows with the square root of the condition only. Eight read-backs a portion, whatever the batch.
 */
export const predictTargets = async (
  backend: Backend,
  { source: sourceLaw, task, temperature }: TargetSetting,
  laws: readonly TargetLaw[],
  run: Run,
): Promise<Predictions[]> => {
  const { activation } = sourceLaw;
  const of = (value: (law: TargetLaw) => number): number[] => laws.map(value);
  const coupling = { kappa: of((law) => law.coupling.kappa), variance: of((law) => law.coupling.variance) };
  const same = of(({ orders }) => orders.same);
  const other = of(({ orders }) => orders.other);
  const cross = of(({ orders }) => orders.cross);
  const square = cross.map((value) => value * value);
  const minus = (values: readonly number[], factor = 1): number[] => values.map((value) => -factor * value);
  using source = await prepareSource(backend, sourceLaw);
  using z = uploadTrain(backend, task);
  using ownKernel = sameKernel(backend, activation, z, z, coupling);
  using replicaKernel = otherKernel(backend, activation, z, z, coupling);
  using transfer = crossKernel(backend, activation, z, source.inputs, coupling);
  using half = explained(backend, source, transfer);
  using overlap = backend.product(half, half, { transposeA: true });
  using quenched = backend.combine([
    [other, replicaKernel],
    [minus(square), overlap],
  ]);
  using renormalised = backend.combine([
    [same, ownKernel],
    [minus(other), replicaKernel],
  ]);
  using systems = await factored(backend, renormalised, temperature);
  const { factor } = systems;
  using dual = backend.upload({ batch: laws.length, rows: z.rows, columns: 1 }, Float64Array.from(laws.flatMap((law) => [...law.dual])));
  return await inPortions(backend, task, laws.length, run, async (x) => {
    using kd = sameKernel(backend, activation, x, z, coupling);
    using ko = otherKernel(backend, activation, x, z, coupling);
    using ks = crossKernel(backend, activation, x, source.inputs, coupling);
    using difference = backend.combine([
      [same, kd],
      [minus(other), ko],
    ]);
    using own = backend.product(difference, dual);
    using carried = backend.product(ks, source.dual);
    using mean = backend.combine([
      [1, own],
      [cross, carried],
    ]);
    using halfX = explained(backend, source, ks);
    using c = backend.product(halfX, half, { transposeA: true });
    using sum = backend.combine([
      [same, kd],
      [other, ko],
      [minus(square, 2), c],
    ]);
    using turnedDifference = backend.transpose(difference);
    using turnedSum = backend.transpose(sum);
    using h = backend.solveLower(factor, turnedDifference);
    using g = backend.solveLower(factor, turnedSum);
    using e = backend.solveLower(factor, h, true);
    using acted = backend.product(quenched, e);
    const [prior, fromSource, known, spread, means] = await Promise.all([
      ownVariances(backend, sourceLaw, x, coupling.variance),
      readColumnSums(backend, halfX, halfX),
      readColumnSums(backend, h, g),
      readColumnSums(backend, e, acted),
      backend.read(mean),
    ]);
    const variances = prior.map((value, i) => {
      const b = Math.floor(i / x.rows);
      return (same[b] as number) * value - (square[b] as number) * (fromSource[i] as number) - (known[i] as number) + (spread[i] as number);
    });
    return { means, variances };
  });
};

/** Variances with what rounding alone carried below zero set to zero; a Problem where rounding does not explain it. */
export const notNegative = (variances: Float64Array, rounding: number): Float64Array =>
  variances.map((value) => {
    if (value >= 0) return value;
    if (value >= -rounding) return 0;
    throw new Problem(`the predictive variance came out as ${value.toPrecision(3)}, which rounding does not explain; raise temperature`);
  });
