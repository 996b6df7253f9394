import { modesOn } from './kernel-examples';
import type { KernelValue } from './values';

/** A mode of a kernel on its training set: Φ = Σ λ v vᵀ. */
export interface Mode {
  /** λ of Φ itself, not of Φ / P. */
  readonly eigenvalue: number;
  /** The share (v·y)² / |y|² of the labels; not a number where they are all 0. */
  readonly share: number;
}

/** The modes of a kernel on its own training examples, the largest first. In double precision; about 6 P³ operations. */
export const modesOf = async ({ kernel, backend }: KernelValue): Promise<readonly Mode[]> => {
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const { values, powers } = await modesOn({ kernel, examples: kernel.task, path: 'kernel' }, backend, run);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return Array.from(values, (value, k) => ({ eigenvalue: value * values.length, share: (powers[k] ?? NaN) / total }));
};
