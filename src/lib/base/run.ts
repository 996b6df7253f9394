/** What a long computation is given besides its inputs. */
export interface Run {
  /** Fires when the result is no longer wanted; checked between slices of work. */
  readonly signal: AbortSignal;
  /** Tells how far it has come, 0…1. */
  progress(fraction: number): void;
  /** `coarse`: a quick, honest but noisier answer, shown while the fine one is made. */
  readonly quality: 'coarse' | 'fine';
}
