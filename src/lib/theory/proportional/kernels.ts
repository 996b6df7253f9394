import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import { factorSystems, type Systems } from '$lib/backend/systems/factor';
import { coupledVariance, couplingMean } from '$lib/theory/common/coupled-variance';
import { squares } from '$lib/theory/common/lazy-recursion';
import type { TargetKernels } from '$lib/theory/proportional/moments';
import { notPositive } from '$lib/theory/positive';
import type { Task } from '$lib/theory/theory';

/** What a solved source hands on, as plain numbers: it outlives the kernel it came from. */
export interface SourceLaw {
  readonly task: Task;
  readonly activation: Activation;
  readonly temperature: number;
  /** Q̂_s. */
  readonly order: number;
  /** A⁻¹y_s, [P_s]. */
  readonly dual: Float64Array;
}

/** One value, or one a batch entry. */
type Scale = number | readonly number[];

/** κ = δ/(1+δ), and ρ = 1/(1+δ) + κ², the prior variance of a target's weights: of one target, or of a batch of them. */
export interface Coupling<S extends Scale = Scale> {
  readonly kappa: S;
  readonly variance: S;
}

/** The coupling of an elasticity δ ∈ [0, ∞]. */
export const couplingOf = (delta: number): Coupling<number> => ({
  kappa: couplingMean(delta),
  variance: coupledVariance(delta),
});

/** Scales of the arguments of k_φ(cov, var, var′) for inputs of unit prior variance. */
interface Arguments {
  readonly covariance: Scale;
  readonly rows: Scale;
  readonly columns: Scale;
}

/** k_φ(covariance · X Zᵀ/D, rows · |x|²/D, columns · |z|²/D), [B or 1, n, m]. Each kernel in the table of `theory.md` §4 is of this form. */
export const scaledKernel = (backend: Backend, activation: Activation, x: Matrix, z: Matrix, scales: Arguments): Matrix => {
  const { covariance, rows, columns } = scales;
  if (typeof covariance === 'number' && typeof rows === 'number' && typeof columns === 'number')
    return backend.kernelGram(activation, x, x === z ? undefined : z, { covariance, rows, columns });
  using gram = x === z ? backend.gram(x) : backend.gram(x, z);
  // The same variances as on the diagonal of the Gram matrix, to the last bit: the maps are sensitive there.
  using left = x === z ? backend.diagonal(gram) : squares(backend, x);
  using right = squares(backend, z);
  using c = backend.combine([[covariance, gram]]);
  using a = backend.combine([[rows, left]]);
  using b = backend.combine([[columns, x === z ? left : right]]);
  const { kernel, derivative } = backend.nngp(activation, c, a, b);
  derivative[Symbol.dispose]();
  return kernel;
};

/** K_ss. */
export const sourceKernel = (backend: Backend, activation: Activation, x: Matrix): Matrix =>
  scaledKernel(backend, activation, x, x, { covariance: 1, rows: 1, columns: 1 });

/** K_ts for any rows, [n, P_s]. */
export const crossKernel = (backend: Backend, activation: Activation, x: Matrix, source: Matrix, { kappa, variance }: Coupling): Matrix =>
  scaledKernel(backend, activation, x, source, { covariance: kappa, rows: variance, columns: 1 });

/** K_d between any rows and columns. */
export const sameKernel = (backend: Backend, activation: Activation, x: Matrix, z: Matrix, { variance }: Coupling): Matrix =>
  scaledKernel(backend, activation, x, z, { covariance: variance, rows: variance, columns: variance });

/** K_o between any rows and columns. */
export const otherKernel = (backend: Backend, activation: Activation, x: Matrix, z: Matrix, { kappa, variance }: Coupling): Matrix =>
  scaledKernel(backend, activation, x, z, {
    covariance: typeof kappa === 'number' ? kappa * kappa : kappa.map((value) => value * value),
    rows: variance,
    columns: variance,
  });

export const uploadTrain = (backend: Backend, { trainInputs, trainLabels, dimension }: Task): Matrix =>
  backend.upload({ rows: trainLabels.length, columns: dimension }, trainInputs);

export const column = (backend: Backend, vector: Float64Array): Matrix => backend.upload({ rows: vector.length, columns: 1 }, vector);

/** T I + kernels [B, n, n] with their factors, or the problem that one has none. */
export const factored = async (backend: Backend, kernel: Matrix, temperature: number): Promise<Systems> => {
  const systems = await factorSystems(backend, kernel, new Array<number>(kernel.batch).fill(temperature));
  const failure = systems.failures.find((one) => one !== undefined);
  if (!failure) return systems;
  systems[Symbol.dispose]();
  throw notPositive(failure, false);
};

/** A source made ready for targets on one backend. */
export interface PreparedSource {
  readonly law: SourceLaw;
  /** X_s, [P_s, D]. */
  readonly inputs: Matrix;
  /** Of A = T I + Q̂_s K_ss. */
  readonly systems: Systems;
  /** A⁻¹y_s, [P_s, 1]. */
  readonly dual: Matrix;
  [Symbol.dispose](): void;
}

/** Uploads a source and factors A once; every δ shares it. */
export const prepareSource = async (backend: Backend, law: SourceLaw): Promise<PreparedSource> => {
  const inputs = uploadTrain(backend, law.task);
  using kernel = sourceKernel(backend, law.activation, inputs);
  using renormalised = backend.combine([[law.order, kernel]]);
  const systems = await factored(backend, renormalised, law.temperature);
  const dual = column(backend, law.dual);
  return {
    law,
    inputs,
    systems,
    dual,
    [Symbol.dispose]() {
      for (const part of [inputs, systems, dual]) part[Symbol.dispose]();
    },
  };
};

/** L_A⁻¹ K_tsᵀ, [P_s, n], whose columns' products are K_ts A⁻¹K_tsᵀ. */
export const explained = (backend: Backend, source: PreparedSource, cross: Matrix): Matrix => {
  using turned = backend.transpose(cross);
  return backend.solveLower(source.systems.factor, turned);
};

/** K_d, K_o, S and z = K_ts A⁻¹y_s of a target's training examples at one coupling. */
export const targetKernels = async (
  exact: Backend,
  source: PreparedSource,
  task: Task,
  temperature: number,
  coupling: Coupling,
): Promise<TargetKernels> => {
  const { activation } = source.law;
  using x = uploadTrain(exact, task);
  using same = sameKernel(exact, activation, x, x, coupling);
  using other = otherKernel(exact, activation, x, x, coupling);
  using cross = crossKernel(exact, activation, x, source.inputs, coupling);
  using half = explained(exact, source, cross);
  using overlap = exact.product(half, half, { transposeA: true });
  using transferred = exact.product(cross, source.dual);
  const stack = exact.zeros({ batch: 3, rows: x.rows, columns: x.rows });
  [same, other, overlap].forEach((matrix, index) => exact.copy(matrix, stack, index));
  return { stack, labels: task.trainLabels, transferred: await exact.read(transferred), temperature };
};
