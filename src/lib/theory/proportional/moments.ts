import type { Backend, Matrix } from '$lib/backend/backend';
import type { Check } from '$lib/theory/proportional/check';
import { symmetricEigen } from '$lib/theory/eigen';
import { dot } from '$lib/theory/common/vectors';
import { columnSums } from '$lib/theory/common/column-sums';

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

/** The moments' derivatives by Q̂_d and by Q̂_o. */
export interface MomentSlopes {
  readonly bySame: Moments;
  readonly byOther: Moments;
}

/** Moments at one (Q̂_d, Q̂_o), and their slopes there, for as much work again, where they are cheaper than two evaluations more. */
export interface Evaluation extends Moments {
  readonly slopes?: (() => Promise<MomentSlopes>) | undefined;
}

/** Gives the moments at one (Q̂_d, Q̂_o); undefined where D is not positive definite. */
export interface MomentSource {
  at(same: number, other: number): Promise<Evaluation | undefined>;
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

const applied = (matrix: Float64Array, v: Float64Array): Float64Array =>
  v.map((_, i) => dot(matrix.subarray(i * v.length, (i + 1) * v.length), v));

const traceOf = (matrix: Float64Array, n: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)] as number;
  return sum;
};

const scaledForms = (factor: number, { yy, yz, zz }: Forms): Forms => ({ yy: factor * yy, yz: factor * yz, zz: factor * zz });

/** What is of one point's moments and their slopes: M_d, M_o, M_s and the half-solved vectors. */
interface Whitened {
  readonly d: Float64Array;
  readonly o: Float64Array;
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

const momentsOf = ({ d, o, s, y, z }: Whitened): Moments => {
  const formsOf = (matrix: Float64Array): Forms => {
    const along = applied(matrix, y);
    return { yy: dot(along, y), yz: dot(along, z), zz: dot(applied(matrix, z), z) };
  };
  const n = y.length;
  return {
    d: traceOf(d, n),
    s: traceOf(s, n),
    od: dot(o, d),
    sd: dot(s, d),
    oo: dot(o, o),
    so: dot(s, o),
    yz: dot(y, z),
    zz: dot(z, z),
    formD: formsOf(d),
    formO: formsOf(o),
  };
};

/**
 * With ∂D⁻¹/∂Q̂_d = −D⁻¹K_dD⁻¹ and ∂D⁻¹/∂Q̂_o = D⁻¹K_oD⁻¹ every slope is a trace of three of the M, or a product of two of the M v:
 * three matrix products.
 */
const slopesOf = async (exact: Backend, { d, o, s, y, z }: Whitened, m: Moments, check: Check): Promise<MomentSlopes> => {
  const shape = { rows: y.length, columns: y.length };
  using md = exact.upload(shape, d);
  using mo = exact.upload(shape, o);
  // All are symmetric, and so are the squares.
  const times = async (a: Matrix, b: Matrix): Promise<Float64Array> => {
    using product = exact.product(a, b, { transposeB: true });
    await check();
    return await exact.read(product);
  };
  const [dd, oo, dod] = [await times(md, md), await times(mo, mo), await times(md, mo)];
  const [dy, dz, oy, oz] = [applied(d, y), applied(d, z), applied(o, y), applied(o, z)];
  const mixed: Forms = { yy: 2 * dot(oy, dy), yz: dot(oy, dz) + dot(dy, oz), zz: 2 * dot(oz, dz) };
  const twiceD: Forms = { yy: 2 * dot(dy, dy), yz: 2 * dot(dy, dz), zz: 2 * dot(dz, dz) };
  const twiceO: Forms = { yy: 2 * dot(oy, oy), yz: 2 * dot(oy, oz), zz: 2 * dot(oz, oz) };
  return {
    bySame: {
      d: -dot(d, d),
      s: -m.sd,
      od: -2 * dot(dd, o),
      sd: -2 * dot(dd, s),
      oo: -2 * dot(oo, d),
      so: -2 * dot(dod, s),
      yz: -m.formD.yz,
      zz: -m.formD.zz,
      formD: scaledForms(-1, twiceD),
      formO: scaledForms(-1, mixed),
    },
    byOther: {
      d: m.od,
      s: m.so,
      od: 2 * dot(oo, d),
      sd: 2 * dot(dod, s),
      oo: 2 * dot(oo, o),
      so: 2 * dot(oo, s),
      yz: m.formO.yz,
      zz: m.formO.zz,
      formD: mixed,
      formO: twiceO,
    },
  };
};

/** Moments at a nearby point, to first order. */
export const movedMoments = (m: Moments, { bySame, byOther }: MomentSlopes, same: number, other: number): Moments => {
  const at = (of: (moments: Moments) => number): number => of(m) + same * of(bySame) + other * of(byOther);
  const forms = (of: (moments: Moments) => Forms): Forms => ({
    yy: at((moments) => of(moments).yy),
    yz: at((moments) => of(moments).yz),
    zz: at((moments) => of(moments).zz),
  });
  return {
    d: at(({ d }) => d),
    s: at(({ s }) => s),
    od: at(({ od }) => od),
    sd: at(({ sd }) => sd),
    oo: at(({ oo }) => oo),
    so: at(({ so }) => so),
    yz: at(({ yz }) => yz),
    zz: at(({ zz }) => zz),
    formD: forms(({ formD }) => formD),
    formO: forms(({ formO }) => formO),
  };
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
    const [d, o, s] = [await whitened(own), await whitened(across), await whitened(explained)];
    const all = { d, o, s, y: await halved(labels), z: await halved(transferred) };
    const moments = momentsOf(all);
    return { ...moments, slopes: () => slopesOf(exact, all, moments, check) };
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
  using sums = columnSums(exact, acted, basis);
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
