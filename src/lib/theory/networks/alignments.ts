import type { Backend, Matrix } from '$lib/backend/backend';
import type { Stopped } from '$lib/theory/networks/stopped';

/**
 * yᵀΦy/(|y|²‖Φ‖_F) of Φ = φᵀφ, φ [B, N, P], y [B or 1, P, 1], network by network: the alignment of the features with the labels. Undefined
 * where `stopped`, asked before they are waited for, says so.
 */
export const alignmentsUnless = async (
  stopped: Stopped,
  backend: Backend,
  values: Matrix,
  labels: Matrix,
): Promise<number[] | undefined> => {
  using kernel = backend.product(values, values, { transposeA: true });
  using across = backend.product(values, labels);
  using along = backend.dot(across, across);
  using squares = backend.dot(kernel, kernel);
  using lengths = backend.dot(labels, labels);
  if (await stopped()) return undefined;
  const [a, s, l] = [await backend.read(along), await backend.read(squares), await backend.read(lengths)];
  return Array.from(a, (value, b) => value / (Math.sqrt(s[b]!) * l[l.length === 1 ? 0 : b]!));
};
