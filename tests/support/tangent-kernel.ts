import type { Backend, Matrix } from '../../src/lib/backend/backend';
import type { Run } from '../../src/lib/base/run';
import type { Neurons } from '../../src/lib/theory/flow/draw';
import type { FlowPoint } from '../../src/lib/theory/flow/ensemble';
import { tangentParts } from '../../src/lib/theory/flow/tangent';

/**
 * Θ = Φ + K ∘ ⟨v²φ′φ′ᵀ⟩ of the neurons as they are, [1, n, m], `theory.md` §3. A coupled first layer gives way as far as it can in the
 * time, of which it keeps 1/(1 + δt).
 */
export async function tangentKernel(
  backend: Backend,
  { parameters: { activation, time }, delta }: FlowPoint,
  { weights, readout }: Neurons,
  rows: Matrix,
  columns: Matrix,
  run: Run,
): Promise<Matrix> {
  const parts = await tangentParts(backend, activation, weights, readout, rows, columns, run);
  using features = parts.features;
  using response = parts.response;
  return backend.combine([
    [1, features],
    [delta === Infinity ? 0 : 1 / (1 + delta * time), response],
  ]);
}
