import type { Backend, Matrix, ParticleProblem } from '$lib/backend/backend';
import type { EnsemblePoint } from '$lib/theory/bayes/ensemble-point';
import { hot, pace } from '$lib/theory/bayes/schedule';
import { stackInputs, stackLabels, stackMatrices } from '$lib/theory/common/stack';
import type { Owned } from '$lib/theory/owned';

/** The same at temperatures times hot(γ) to the power of `annealing`. */
export const annealed = (problem: ParticleProblem, annealing: number): ParticleProblem =>
  annealing === 0
    ? problem
    : { ...problem, points: problem.points.map((point) => ({ ...point, temperature: hot(point.gamma) ** annealing * point.temperature })) };

/** What all points have in common and what each has for itself; kept in `made`. */
export function problemOf(backend: Backend, points: readonly EnsemblePoint[], made: Owned): ParticleProblem {
  const tasks = points.map(({ task }) => task);
  const [task] = tasks;
  if (!task || !points[0]) throw new Error('an ensemble needs a point');
  const inputs = made.keep(stackInputs(backend, tasks));
  const anchors = points.map(({ anchor }) => anchor?.weights).filter((anchor) => anchor !== undefined);
  return {
    activation: points[0].parameters.activation,
    inputs,
    labels: made.keep(stackLabels(backend, tasks)),
    gram: made.keep(backend.gram(inputs)),
    ...(anchors.length > 0 && { anchor: made.keep(stackMatrices(backend, anchors)) }),
    points: points.map(({ parameters, delta }) => ({
      gamma: parameters.gamma,
      temperature: parameters.temperature,
      delta,
      pace: pace(delta),
    })),
  };
}

/** Weights [B, M, D] and control variates, [B, M, D] for targets and [1, M, D] for sources, of standard normals [B, M, D]; kept in `made`. */
export function startOf(
  backend: Backend,
  points: readonly EnsemblePoint[],
  { anchor }: ParticleProblem,
  noise: Matrix,
  made: Owned,
): { readonly weights: Matrix; readonly controlVariate: Matrix } {
  if (!anchor) {
    using one = backend.slice(noise, 0, 1);
    return { weights: made.keep(backend.slice(noise, 0, noise.batch)), controlVariate: made.keep(backend.combine([[1, one]])) };
  }
  const around = (centre: Matrix): Matrix =>
    backend.combine([
      [points.map(({ delta }) => delta / (1 + delta)), centre],
      [points.map(({ delta }) => 1 / Math.sqrt(1 + delta)), noise],
    ]);
  using controlAnchor = stackMatrices(
    backend,
    points.map((point) => point.anchor?.controlVariate).filter((controlVariate) => controlVariate !== undefined),
  );
  return { weights: made.keep(around(anchor)), controlVariate: made.keep(around(controlAnchor)) };
}

/** (Φ + T)⁻¹ y with the kernel of the particles where they are, [B, P, 1]. */
export async function lazyDual(backend: Backend, yielding: Backend, problem: ParticleProblem, weights: Matrix): Promise<Matrix> {
  const { values } = backend.features(problem.activation, weights, problem.inputs);
  using features = values;
  await yielding.yieldToDevice();
  using kernel = backend.product(features, features, { transposeA: true, alpha: 1 / weights.rows });
  await yielding.yieldToDevice();
  using system = backend.addDiagonal(
    kernel,
    problem.points.map(({ temperature }) => temperature),
  );
  using factor = backend.cholesky(system);
  return backend.solve(factor, problem.labels);
}
