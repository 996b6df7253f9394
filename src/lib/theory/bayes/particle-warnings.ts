import { Problem } from '$lib/base/problem';
import type { EnsemblePoint } from '$lib/theory/bayes/ensemble-point';
import type { Outcome } from '$lib/theory/bayes/outcome';
import { tolerance } from '$lib/theory/bayes/schedule';
import { percent } from '$lib/theory/common/percent';

/** The problem of a point whose particles are no longer finite, or beyond the barrier of the quadratic activation. */
export function ranAway({ parameters }: EnsemblePoint): Problem {
  return new Problem(
    parameters.activation === 'quadratic'
      ? `quadratic activation: the mean-field posterior is not normalisable, and at gamma ${parameters.gamma} particles leave the neighbourhood of the prior; choose gamma smaller`
      : `the particles ran away: the step is too long for gamma ${parameters.gamma} at temperature ${parameters.temperature}`,
    { path: ['gamma'] },
  );
}

/** What a reader must be warned of in a run with these figures. */
export function warningsFor({ parameters }: EnsemblePoint, { virial, residual }: Outcome['health']): string[] {
  const warnings: string[] = [];
  if (parameters.activation === 'quadratic')
    warnings.push('quadratic activation: the mean-field posterior is not normalisable; this is its metastable part around the prior');
  if (!(Math.abs(virial - 1) <= tolerance.virial))
    warnings.push(
      `virial identity off by ${percent(virial - 1)}: the step is too long or the chain not yet stationary; the result may be wrong by as much`,
    );
  if (!(residual <= tolerance.residual))
    warnings.push(
      `self-consistency residual ${percent(residual)}: Δ and the kernel do not quite fit each other; more particles would help`,
    );
  return warnings;
}
