import type { Backend, Matrix } from '$lib/backend/backend';
import type { Check } from '$lib/theory/proportional/check';
import { symmetricEigen } from '$lib/theory/eigen';

/**
 * What the saddle equations of `theory.md` §4 ask of D = T I + Q̂_d K_d − Q̂_o K_o. Everywhere M_x = L⁻¹K_xL⁻ᵀ for D = L Lᵀ,
 * M_s = L⁻¹SL⁻ᵀ for S = K_ts A⁻¹K_tsᵀ, and vectors are L⁻¹y_t, L⁻¹z for z = K_ts A⁻¹y_s. Then with R̂ and G = Q̂_o K_o − R̂² S
 * every trace and form in the equations is a combination of these.
 */
export interface Moments {
  /** tr M_d, tr M_s. */
  readonly d: number;
  readonly s: number;
  /** tr M_oM_d, tr M_sM_d, tr M_oM_o, tr M_sM_o. */
  readonly od: number;
  readonly sd: number;
  readonly oo: number;
  readonly so: number;
  /** yᵀD⁻¹z, zᵀD⁻¹z. */
  readonly yz: number;
  readonly zz: number;
  /** Forms of M_d and of M_o: y·M y, y·M z, z·M z. */
  readonly formD: Forms;
  readonly formO: Forms;
}

interface Forms {
  readonly yy: number;
  readonly yz: number;
  readonly zz: number;
}

/** Gives the moments at one (Q̂_d, Q̂_o); undefined where D is not positive definite. */
export interface MomentSource {
  at(same: number, other: number): Promise<Moments | undefined>;
}

/** The constants of a target at one δ, all on the training inputs. */
export interface TargetKernels {
  /** K_d, K_o, S, [3, P, P]. */
  readonly stack: Matrix;
  readonly labels: Float64Array;
  /** z = K_ts A⁻¹y_s. */
  readonly transferred: Float64Array;
  readonly temperature: number;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

const applied = (matrix: Float64Array, v: Float64Array): Float64Array =>
  v.map((_, i) => dot(matrix.subarray(i * v.length, (i + 1) * v.length), v));

const traceOf = (matrix: Float64Array, n: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)] as number;
  return sum;
};

const formsOf = (matrix: Float64Array, y: Float64Array, z: Float64Array): Forms => {
  const along = applied(matrix, y);
  return { yy: dot(along, y), yz: dot(along, z), zz: dot(applied(matrix, z), z) };
};

/** By a Cholesky factor of D each time, about 3P³ multiplications; for kernels that do not commute. The stack stays the caller's. */
export const denseMoments = (exact: Backend, { stack, labels, transferred, temperature }: TargetKernels, check: Check): MomentSource => ({
  async at(same, other) {
    const n = labels.length;
    using own = exact.slice(stack, 0);
    using across = exact.slice(stack, 1);
    using explained = exact.slice(stack, 2);
    using kernel = exact.combine([
      [same, own],
      [-other, across],
    ]);
    using system = exact.addDiagonal(kernel, temperature);
    using factor = exact.cholesky(system);
    if (((await factor.failures())[0] ?? 0) >= 0) return undefined;
    const whitened = async (matrix: Matrix): Promise<Float64Array> => {
      using half = exact.solveLower(factor, matrix);
      await check();
      using turned = exact.transpose(half);
      using both = exact.solveLower(factor, turned);
      await check();
      return await exact.read(both);
    };
    const halved = async (vector: Float64Array): Promise<Float64Array> => {
      using v = exact.upload({ rows: n, columns: 1 }, vector);
      using half = exact.solveLower(factor, v);
      return await exact.read(half);
    };
    const [md, mo, ms] = [await whitened(own), await whitened(across), await whitened(explained)];
    const [y, z] = [await halved(labels), await halved(transferred)];
    return {
      d: traceOf(md, n),
      s: traceOf(ms, n),
      od: dot(mo, md),
      sd: dot(ms, md),
      oo: dot(mo, mo),
      so: dot(ms, mo),
      yz: dot(y, z),
      zz: dot(z, z),
      formD: formsOf(md, y, z),
      formO: formsOf(mo, y, z),
    };
  },
});

/** A target of a linear network, whose kernels K_d = ρG, K_o = κ²G commute, in the eigenbasis of G; S at κ = 1 enters by its diagonal. */
export interface LinearTarget {
  readonly values: Float64Array;
  readonly labels: Float64Array;
  /** z at κ = 1. */
  readonly transferred: Float64Array;
  /** Diagonal of S at κ = 1. */
  readonly explained: Float64Array;
  readonly temperature: number;
}

/** The eigenbasis of G = K_d / ρ from kernels taken at κ = 1 (δ = ∞); 6P³ operations, for all δ of one source. */
export const linearTarget = async (exact: Backend, { stack, labels, transferred, temperature }: TargetKernels): Promise<LinearTarget> => {
  const n = labels.length;
  const numbers = await exact.read(stack);
  const { values, vectors } = symmetricEigen(numbers.slice(0, n * n), n);
  using basis = exact.upload({ rows: n, columns: n }, vectors);
  using explains = exact.slice(stack, 2);
  using acted = exact.product(explains, basis);
  using both = exact.hadamard(acted, basis);
  using columns = exact.transpose(both);
  using sums = exact.rowSums(columns);
  const project = async (vector: Float64Array): Promise<Float64Array> => {
    using v = exact.upload({ rows: n, columns: 1 }, vector);
    using turned = exact.product(basis, v, { transposeA: true });
    return await exact.read(turned);
  };
  return {
    // A Gram matrix has no negative eigenvalue but by rounding.
    values: values.map((value) => Math.max(0, value)),
    labels: await project(labels),
    transferred: await project(transferred),
    explained: await exact.read(sums),
    temperature,
  };
};

/** In O(P), for a linear network: prior variance ρ and κ² as in `theory.md` §4. */
export const linearMoments = (target: LinearTarget, variance: number, kappa: number): MomentSource => ({
  at(same, other) {
    const { values, labels, transferred, explained, temperature } = target;
    const m = { d: 0, s: 0, od: 0, sd: 0, oo: 0, so: 0, yz: 0, zz: 0 };
    const formD = { yy: 0, yz: 0, zz: 0 };
    const formO = { yy: 0, yz: 0, zz: 0 };
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const system = temperature + (same * variance - other * kappa * kappa) * value;
      if (!(system > 0)) return Promise.resolve(undefined);
      const d = (variance * value) / system;
      const o = (kappa * kappa * value) / system;
      const s = (kappa * kappa * (explained[i] as number)) / system;
      const y = labels[i] as number;
      const z = kappa * (transferred[i] as number);
      m.d += d;
      m.s += s;
      m.od += o * d;
      m.sd += s * d;
      m.oo += o * o;
      m.so += s * o;
      m.yz += (y * z) / system;
      m.zz += (z * z) / system;
      for (const [forms, weight] of [
        [formD, d / system],
        [formO, o / system],
      ] as const) {
        forms.yy += y * y * weight;
        forms.yz += y * z * weight;
        forms.zz += z * z * weight;
      }
    }
    return Promise.resolve({ ...m, formD, formO });
  },
});
