import type { FusedSteps } from '$lib/backend/fused';
import type { Context } from '../context';
import { ParticleRun } from './particle-run';
import { particleSizes } from './particle-sizes';

/**
 * `count` semi-implicit steps of theory.md §2, in place, see `Backend.particleSteps`. Nothing is read back. Eight dispatches a step and those of
 * the factorisation (one for few examples, else three for every 32).
 * Where the system is not positive definite, Δ of that sweep point becomes not-a-number, and with it its weights.
 */
export async function particleSteps(
  context: Context,
  ...[problem, state, dt, count, key, average, yieldToDevice]: Parameters<FusedSteps['particleSteps']>
): Promise<void> {
  const sizes = particleSizes(problem, state, average);
  if (sizes.batch === 0 || sizes.particles === 0 || sizes.examples === 0 || count <= 0) return;
  using run = new ParticleRun(context, problem, state, sizes, dt);
  for (let index = 0; index < count; index++) {
    run.diffuse({ ...key, step: key.step + index });
    run.features();
    if (yieldToDevice) await yieldToDevice();
    run.project();
    run.assemble();
    if (yieldToDevice) await yieldToDevice();
    run.solve();
    if (average) run.accumulate(average);
    run.project();
    run.kick();
    if (yieldToDevice) await yieldToDevice();
  }
}
