import type { Backend } from '$lib/backend/backend';
import type { Context } from '../context';

export type Network = Pick<Backend, 'features' | 'particleSteps'>;

/** Features of hidden neurons and the particle steps on the GPU. */
export function network(_context: Context): Network {
  const missing = (): never => {
    throw new Error('particles on the GPU are not built yet');
  };
  return { features: missing, particleSteps: missing };
}
