import type { Mode } from '$lib/worker/protocol';
import type { Point } from '../views/curve';
import { fractionOf } from '../views/scale';

export interface SpectrumCurves {
  /** Over log rank: log eigenvalue, and the share of the labels up to a rank, from the bottom (none) to the top (all). */
  readonly eigenvalues: readonly Point[];
  readonly share: readonly Point[];
  readonly high: number;
  /** The least eigenvalue that is not zero. */
  readonly low: number;
  /** How many modes hold half of the labels; undefined where there are none. */
  readonly half?: number;
}

/** What is smaller than the largest by more than this is not drawn: rounding, on most adapters. */
const range = 1e8;

/** The spectrum of a kernel as it is drawn; undefined where there is nothing to draw. */
export const spectrumCurves = (modes: readonly Mode[]): SpectrumCurves | undefined => {
  const high = modes[0]?.eigenvalue ?? 0;
  if (!(high > 0)) return undefined;
  const seen = modes.map(({ eigenvalue }) => eigenvalue).filter((value) => value > high / range);
  const low = seen.at(-1) ?? high;
  const x = (rank: number): number => 100 * (modes.length > 1 ? fractionOf(rank, 1, modes.length, true) : 0.5);
  const points = (fractions: readonly number[]): Point[] => fractions.map((fraction, k) => ({ x: x(k + 1), y: 100 * (1 - fraction) }));
  let sum = 0;
  const shares = modes.map(({ share }) => (sum += share));
  const half = shares.findIndex((share) => share >= 0.5);
  return {
    eigenvalues: points(seen.map((value) => fractionOf(value, low, high, true))),
    share: Number.isFinite(sum) ? points(shares) : [],
    high,
    low,
    ...(half >= 0 && { half: half + 1 }),
  };
};
