import type { Backend } from '$lib/backend/backend';
import type { Context } from '../context';
import { cholesky } from './cholesky';
import { inverse } from './inverse';
import { logDeterminant } from './log-determinant';
import { substitute } from './substitution';

export type LinearAlgebra = Pick<Backend, 'cholesky' | 'solve' | 'solveLower' | 'inverse' | 'logDeterminant'>;

/** Symmetric positive-definite systems on the GPU. */
export const linearAlgebra = (context: Context): LinearAlgebra => ({
  cholesky: (a) => cholesky(context, a),
  solve: (factor, b) => substitute(context, factor, b, 'both'),
  solveLower: (factor, b, transposed = false) => substitute(context, factor, b, transposed ? 'transposed' : 'lower'),
  inverse: (factor) => inverse(context, factor),
  logDeterminant: (factor) => logDeterminant(context, factor),
});
