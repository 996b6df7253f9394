import type { Moments } from '$lib/theory/proportional/moments';

/** The order parameters of a target, `theory.md` §4. */
export interface TargetOrders {
  /** Q̂_d. */
  readonly same: number;
  /** Q̂_o. */
  readonly other: number;
  /** R̂. */
  readonly cross: number;
}

/** Scales of a target's equations that do not change with its order parameters. */
export interface Scales {
  /** N. */
  readonly width: number;
  /** Q̂_s. */
  readonly source: number;
}

/** What the two remaining equations leave over at (Q̂_d, Q̂_o), and the R̂ that solves the third there. */
export interface Leftover {
  readonly cross: number;
  /** (Q̂_d − Q̂_o) c − 1, and Q̂_o + (q_o − R²Q̂_s)/c² in units of Q̂_d. */
  readonly values: readonly [number, number];
}

/**
 * The saddle equations of `theory.md` §4 at c = 1/(Q̂_d − Q̂_o), with R̂ eliminated: α = D⁻¹(y − R̂z) makes
 * R = −(R̂τ + yᵀD⁻¹z)/N with τ = tr D⁻¹S − zᵀD⁻¹z, so R̂ = −RQ̂_s/c reads R̂ (Nc − Q̂_sτ) = Q̂_s yᵀD⁻¹z.
 * Undefined where the bracket is not positive: the branch that starts at R̂ = 0, δ = 0 ends there.
 */
export function leftover(m: Moments, same: number, other: number, { width, source }: Scales): Leftover | undefined {
  const c = 1 / (same - other);
  const stiffness = width * c - source * (m.s - m.zz);
  if (!(c > 0 && stiffness > 0)) return undefined;
  const cross = (source * m.yz) / stiffness;
  const form = ({ yy, yz, zz }: Moments['formD']): number => yy - 2 * cross * yz + cross * cross * zz;
  const square = cross * cross;
  const qd = (m.d - other * m.od + square * m.sd - form(m.formD)) / width;
  const qo = -(other * m.oo - square * m.so + form(m.formO)) / width;
  const r = (-cross * c) / source;
  return { cross, values: [(1 + qd - qo) / c - 1, (other + (qo - r * r * source) / (c * c)) / same] };
}
