import type { Block } from '$lib/cells/records';
import { isValue, type KernelValue } from '$lib/cells/values';

/** A kernel larger than this is not written out in numbers. */
const LIMIT = 256;

export const isKernel = (value: unknown): value is KernelValue => isValue(value, 'source kernel', 'target kernel');

/** The training block of a kernel in numbers; undefined for what is no kernel, and for one that is too large. */
export const kernelBlock = (value: unknown): Promise<Block> | undefined => {
  if (!isKernel(value) || value.kernel.train.rows > LIMIT) return undefined;
  const { train } = value.kernel;
  return value.backend.read(train).then((data) => ({ rows: train.rows, columns: train.columns, data: [...data] }));
};
