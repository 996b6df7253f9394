import type { Backend, Matrix } from '$lib/backend/backend';
import { factorSystems } from '$lib/backend/systems/factor';
import { Problem } from '$lib/base/problem';
import { disposeDeepLaw, layerKernels, type DeepLaw } from '$lib/theory/bayes/deep/chain';
import { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { asDriven, misfit } from '$lib/theory/bayes/deep/misfit';
import { formsText } from '$lib/theory/bayes/deep/target/verdict';
import { tolerance } from '$lib/theory/bayes/schedule';
import { conditioning } from '$lib/theory/common/health';
import { notPositive } from '$lib/theory/positive';
import type { SourcePoint } from '$lib/theory/theory';
import { percent } from '$lib/theory/common/percent';

/** Samples of a deep source, and what was seen while they were taken. */
export interface DeepFound {
  readonly law: DeepLaw;
  /** Mean of the Δ that drove the particles at the times of the samples, [1, P, 1]. */
  readonly dual: Matrix;
  /** Layer by layer ⟨z·∇U⟩/n. */
  readonly virials: readonly number[];
  /** What two forms of the conjugates differ by, as a share of its bound, where both are known. */
  readonly conjugates?: number;
  readonly particles: number;
  readonly steps: number;
}

/** The kernel of a source by its samples, which are handed over; a Problem where its particles ran away. */
export async function measured(
  backend: Backend,
  { task, parameters }: SourcePoint,
  { law, dual, virials, conjugates, particles, steps }: DeepFound,
  stopping: Backend,
): Promise<DeepKernel | Problem> {
  using driving = dual;
  if (!virials.every(Number.isFinite)) {
    disposeDeepLaw(law);
    return new Problem(
      `the particles ran away: the step is too long for gamma ${parameters.gamma} at temperature ${parameters.temperature} and depth ${parameters.depth}`,
      { path: ['gamma'] },
    );
  }
  // The layer in which it is missed most.
  const virial = virials.reduce((worst, value) => (Math.abs(value - 1) > Math.abs(worst - 1) ? value : worst), 1);
  const size = task.trainLabels.length;
  let train: Matrix | undefined;
  const freed = (): void => {
    train?.[Symbol.dispose]();
    disposeDeepLaw(law);
  };
  try {
    using inputs = backend.upload({ rows: size, columns: task.dimension }, task.trainInputs);
    using kernels = await layerKernels(stopping, law, inputs, size);
    using plain = await layerKernels(stopping, asDriven(law), inputs, size);
    using whole = backend.slice(kernels, 0, 1);
    train = backend.combine([[1, whole]]);
    using labels = backend.upload({ rows: size, columns: 1 }, task.trainLabels);
    const residual = await misfit(backend, plain, driving, labels, parameters.temperature);
    using systems = await factorSystems(backend, train, [parameters.temperature]);
    const [failure] = systems.failures;
    if (failure) {
      freed();
      return notPositive(failure, false);
    }
    const [figures] = await conditioning(backend, systems);
    const jitter = law.layers.reduce((most, layer) => Math.max(most, layer.jitter), 0);
    const known = conjugates === undefined ? {} : { conjugates };
    const health = { virial, residual, ...known, ...figures, particles, steps, jitter };
    return new DeepKernel(backend, { role: 'source', task, parameters, train, health, warnings: warningsFor(health) }, law);
  } catch (error) {
    freed();
    throw error;
  }
}

function warningsFor({
  virial,
  residual,
  conjugates = 0,
}: {
  readonly virial: number;
  readonly residual: number;
  readonly conjugates?: number;
}): string[] {
  const warnings: string[] = [];
  if (!(Math.abs(virial - 1) <= tolerance.virial))
    warnings.push(
      `virial identity off by ${percent(virial - 1)} in one of the layers: the chain is not yet stationary; the result may be wrong by as much`,
    );
  if (!(conjugates <= 1)) warnings.push(formsText(conjugates));
  if (!(residual <= tolerance.residual))
    warnings.push(
      `self-consistency residual ${percent(residual)}: Δ and the kernel do not quite fit each other; more particles would help`,
    );
  return warnings;
}
