import type { Backend, Matrix } from '$lib/backend/backend';

/** Σ over the rows of A ∘ B, for A and B [B, n, m]: [B, m, 1]. */
export const columnSums = (backend: Backend, a: Matrix, b: Matrix): Matrix => {
  using products = backend.hadamard(a, b);
  using turned = backend.transpose(products);
  return backend.rowSums(turned);
};
