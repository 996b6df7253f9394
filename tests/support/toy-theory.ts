import { number, optional } from '$lib/base/parameter';
import { Problem } from '$lib/base/problem';
import type { Backend } from '$lib/backend/backend';
import { temperature } from '$lib/theory/common/parameters';
import type { SourceParameters, Task, Theory, TrainedKernel } from '$lib/theory/theory';

/** What this theory alone has. */
interface Own {
  readonly strength: number;
  readonly pullBack?: number;
}

const kernelOf = (
  backend: Backend,
  role: TrainedKernel['role'],
  task: Task,
  parameters: SourceParameters & Own,
  scale: number,
): TrainedKernel => {
  using inputs = backend.upload({ rows: task.trainLabels.length, columns: task.dimension }, task.trainInputs);
  using gram = backend.gram(inputs);
  const train = backend.combine([[scale, gram]]);
  return {
    theory: 'toy',
    role,
    task,
    parameters,
    health: {},
    warnings: [],
    bytes: 0,
    train,
    errors: () => Promise.resolve({ train: 0, test: scale, bias: scale, variance: 0, classification: 0 }),
    [Symbol.dispose]: () => {
      train[Symbol.dispose]();
    },
  };
};

/** A theory in one file: K = strength · XXᵀ/D, of a target (strength + δ pull_back) · XXᵀ/D; its test error is that factor. */
export const toy: Theory<Own> = {
  name: 'toy',
  parameters: {
    source: { temperature, strength: number({ above: 0, max: 10, meaning: 'the factor of the toy kernel', fallback: 2 }) },
    target: { pull_back: optional(number({ meaning: 'what δ adds to the factor' }), 'nothing') },
  },
  source: (backend, points) =>
    Promise.resolve(
      points.map(({ task, parameters }) =>
        parameters.strength === 7
          ? new Problem('strength: seven is not for toys', { path: ['strength'] })
          : kernelOf(backend, 'source', task, parameters, parameters.strength),
      ),
    ),
  target: (backend, points) =>
    Promise.resolve(
      points.map(({ task, parameters, delta }) =>
        kernelOf(backend, 'target', task, parameters, parameters.strength + delta * (parameters.pullBack ?? 0)),
      ),
    ),
};
