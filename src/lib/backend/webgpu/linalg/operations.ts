import type { Backend } from '$lib/backend/backend';
import type { Context } from '../context';

export type LinearAlgebra = Pick<Backend, 'cholesky' | 'solve' | 'solveLower' | 'inverse' | 'logDeterminant'>;

/** Symmetric positive-definite systems on the GPU. */
export function linearAlgebra(_context: Context): LinearAlgebra {
  const missing = (): never => {
    throw new Error('linear algebra on the GPU is not built yet');
  };
  return { cholesky: missing, solve: missing, solveLower: missing, inverse: missing, logDeterminant: missing };
}
