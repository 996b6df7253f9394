import { combined, symmetric } from '$lib/theory/bayes/deep/target/small';
import { blend } from '$lib/theory/bayes/deep/target/source-chain';
import type { Conveyed } from '$lib/theory/bayes/deep/target/stein';
import type { Stride } from '$lib/theory/bayes/deep/target/stir';
import type { LayerConjugates, LayerKernels, Tie } from '$lib/theory/bayes/deep/target/tie';

/** Where a run has come to, from which others begin. */
export interface Place {
  readonly z: readonly Float32Array[];
  readonly kernels: readonly LayerKernels[];
  readonly conjugates: readonly (LayerConjugates | undefined)[];
  /** Steps taken: what goes on from here takes random numbers that were not used on the way. */
  readonly step: number;
}

/** Faults to plant, by which tests see that the health figures tell of them. */
export interface Faults {
  readonly noFlips?: boolean;
  readonly settling?: number;
  /** Steps instead of the plan's where fields stand still. */
  readonly stride?: Stride;
  readonly noDual?: boolean;
  /** The gradient form of A_c times this. */
  readonly cross?: number;
}

/** Leapfrogs to a turn: more where too few moves were accepted, fewer where nearly all were. */
export const leapsAfter = (leaps: number, most: number, accepted: number): number =>
  accepted < 0.8 ? Math.min(most, leaps + 1) : accepted > 0.97 ? Math.max(1, leaps - 1) : leaps;

/** The conjugates of the layer below: A_d − A_o = κ² spread + ε mean + ρ bend, in which nothing cancels at large δ. */
export function conjugatesBelow({ mean, spread, bend, cross }: Conveyed, { kappa, epsilon, rho }: Tie, n: number): LayerConjugates {
  const square = kappa * kappa;
  return {
    e: symmetric(combined([square, spread], [epsilon, mean], [rho, bend]), n),
    o: combined([square, mean], [-square, spread]),
    c: combined([kappa, cross]),
  };
}

export const blendKernels = (old: LayerKernels | undefined, now: LayerKernels, weight: number): LayerKernels => ({
  d: blend(old?.d, now.d, weight),
  apart: blend(old?.apart, now.apart, weight),
  c: blend(old?.c, now.c, weight),
});

export const blendConjugates = (old: LayerConjugates | undefined, now: LayerConjugates, weight: number): LayerConjugates => ({
  e: blend(old?.e, now.e, weight),
  o: blend(old?.o, now.o, weight),
  c: blend(old?.c, now.c, weight),
});
