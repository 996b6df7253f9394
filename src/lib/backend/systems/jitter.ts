/** Whether something may be added to the diagonal of a matrix that is not positive definite as it stands. */
export type JitterPolicy = 'off' | 'auto';

/**
 * What is tried one after the other, as shares of the mean diagonal entry: nothing first, then what single precision can tell from
 * rounding. Beyond the last the matrix is no kernel matrix with a little rounding in it, and help would hide that.
 */
export const jitterLadder = [0, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3] as const;

/** What was added to the diagonal of one matrix. */
export interface Jitter {
  /** In units of the mean diagonal entry; a rung of the ladder. */
  readonly share: number;
  /** The number itself. */
  readonly added: number;
}

/** Jitter as people read it; names the pivot that asked for it (0-based). */
export const jitterText = ({ share, added }: Jitter, pivot: number): string =>
  `jitter ${share.toExponential()} of the mean diagonal (${Number(added.toPrecision(2))}) was added to the diagonal, for pivot ${pivot + 1} was not positive`;
