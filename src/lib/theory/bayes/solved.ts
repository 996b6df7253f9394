import type { Backend, Matrix } from '$lib/backend/backend';
import { factorSystems } from '$lib/backend/systems/factor';
import type { Problem } from '$lib/base/problem';
import { conditioning, residuals } from '$lib/theory/common/health';
import { jitterWarnings, notPositive } from '$lib/theory/positive';
import type { Health, SourceParameters, Task } from '$lib/theory/theory';

/** Health and warnings of Φ + T I for the kernel Φ [1, P, P] of one point; a Problem where it has no factor. */
export async function solvedHealth(
  backend: Backend,
  kernel: Matrix,
  { temperature, jitter: wanted = 'off' }: SourceParameters,
): Promise<{ readonly health: Health; readonly warnings: readonly string[] } | Problem> {
  using systems = await factorSystems(backend, kernel, [temperature], { jitter: [wanted] });
  const [failure] = systems.failures;
  if (failure) return notPositive(failure, wanted !== 'auto');
  const [figures] = await conditioning(backend, systems);
  const jitter = systems.jitters[0]?.added ?? 0;
  return { health: { ...figures, ...(jitter > 0 && { jitter }) }, warnings: jitterWarnings(systems, 0) };
}

/** The health of a Δ [P] that was found in closed form, by its kernel [1, P, P]: how exactly (Φ + T)Δ = y holds, and the conditioning of Φ + T. */
export async function closedHealth(
  backend: Backend,
  kernel: Matrix,
  solution: Float64Array,
  { trainLabels }: Task,
  temperature: number,
): Promise<Health> {
  const shape = { rows: trainLabels.length, columns: 1 };
  using dual = backend.upload(shape, solution);
  using labels = backend.upload(shape, trainLabels);
  const [residual] = await residuals(backend, kernel, dual, labels, [temperature]);
  using systems = await factorSystems(backend, kernel, [temperature]);
  const [figures] = await conditioning(backend, systems);
  return { ...(residual !== undefined && { residual }), ...figures };
}
