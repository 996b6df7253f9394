import type { Backend } from '$lib/backend/backend';
import type { Services } from './cell-kind';

/**
 * Σ P² up to which a sketch is made by the processor. Measured on two cores with a software adapter: the coarse pass of the default sheet
 * (P = 150, Σ P² = 22 500) takes 0.9 s on the reference and 1.8 s on the adapter, whose kernels take 2 s more to compile at the first time;
 * the adapter, which uses every core, catches up at about P = 300.
 */
const SKETCH_LIMIT = 1e5;

/**
 * Where the kernel of a first task is computed. Most is computed on the backend, once it is ready. Where that is a software adapter, a coarse
 * pass over few examples is made on `sketch`, and those of the targets tied to it as well: a kernel stays where its source is.
 *
 * @param examples the number of training examples at each point
 */
export const backendFor = async (
  { backend, sketch, ready }: Services,
  quality: 'coarse' | 'fine',
  examples: readonly number[],
): Promise<Backend> => {
  if (sketch && quality === 'coarse' && examples.reduce((sum, count) => sum + count * count, 0) <= SKETCH_LIMIT) return sketch;
  await ready;
  return backend;
};
