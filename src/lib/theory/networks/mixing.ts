import { average } from '$lib/theory/common/vectors';

/** Where the halves of the chains differ by more than this, and where fewer trajectories are accepted, there is a warning. */
const mixedBelow = 1.3;
const acceptedAbove = 0.3;

/**
 * R̂ of chains, each cut in two halves that are compared with each other only, for every chain has a source of its own (split R̂: Gelman et al.,
 * Bayesian Data Analysis, 3rd ed., §11.4): R̂² = (n − 1)/n + B/W with n samples a half, W the mean variance within a half and B half the mean
 * squared difference of the halves' means. About 1 where chains mix, 1 + τ/2n for an autocorrelation time τ. Undefined for fewer than four
 * samples, and where nothing varies.
 */
export const splitRhat = (chains: readonly (readonly number[])[]): number | undefined => {
  const n = Math.floor(Math.min(...chains.map((chain) => chain.length)) / 2);
  if (n < 2) return undefined;
  const halves = chains.map((chain) => [chain.slice(-2 * n, -n), chain.slice(-n)] as const);
  const variance = (values: readonly number[]): number => {
    const mean = average(values);
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  };
  const within = average(halves.flatMap(([a, b]) => [variance(a), variance(b)]));
  const between = average(halves.map(([a, b]) => (average(a) - average(b)) ** 2 / 2));
  return within > 0 ? Math.sqrt((n - 1) / n + between / within) : undefined;
};

/** What a reader must be warned of in chains with these figures. */
export const mixingWarnings = ({ acceptance, rhat }: { readonly acceptance?: number; readonly rhat?: number }): string[] => [
  ...(acceptance !== undefined && acceptance < acceptedAbove
    ? [`a network accepts ${Math.round(100 * acceptance)} % of its trajectories only: give a larger burn_in, in which the step is adapted`]
    : []),
  ...(rhat !== undefined && rhat > mixedBelow
    ? [`the halves of the chains differ (R̂ = ${rhat.toFixed(2)}, 1 where chains mix): give a larger burn_in or thinning`]
    : []),
];
