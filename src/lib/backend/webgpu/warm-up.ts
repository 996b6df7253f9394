import type { Backend, Matrix, ParticleProblem } from '$lib/backend/backend';

/** Rows that are and are not a multiple of four take different products. */
const sizes = [
  { batch: 1, particles: 128, examples: 150, tests: 200, anchored: false },
  { batch: 13, particles: 128, examples: 12, tests: 200, anchored: true },
] as const;
const dimension = 64;
const groups = 16;

/**
 * The operations of a first sheet in the sizes of the default one: a source and thirteen targets of mean-field particles with erf.
 * Performed as a rehearsal it tells which kernels will be wanted, so that they can be compiled side by side while nothing else happens.
 */
export const firstOperations = (backend: Backend): void => {
  for (const size of sizes) firstSteps(backend, size);
};

const firstSteps = (backend: Backend, { batch, particles, examples, tests, anchored }: (typeof sizes)[number]): void => {
  const made: Matrix[] = [];
  const keep = <M extends Matrix>(matrix: M): M => {
    made.push(matrix);
    return matrix;
  };
  const zeros = (rows: number, columns: number, entries: number = batch): Matrix => keep(backend.zeros({ batch: entries, rows, columns }));
  const weights = keep(backend.normal({ batch, rows: particles, columns: dimension }, { seed: 1, stream: 1, step: 0 }));
  const inputs = zeros(examples, dimension, 1);
  const dual = zeros(examples, 1);
  const problem: ParticleProblem = {
    activation: 'erf',
    inputs,
    labels: zeros(examples, 1, 1),
    gram: keep(backend.gram(inputs)),
    ...(anchored && { anchor: zeros(particles, dimension) }),
    points: Array.from({ length: batch }, () => ({ gamma: 1, temperature: 1, delta: anchored ? 1 : 0 })),
  };
  // Without yielding all of it is recorded before this goes on.
  void backend.particleSteps(problem, { weights, dual }, 0.1, 1, { seed: 1, stream: 1, step: 0 }, zeros(examples, 1));
  keep(backend.combine([[1, weights]]));
  keep(
    backend.combine([
      [1, weights],
      [1, weights],
    ]),
  );
  keep(
    backend.combine([
      [1, weights],
      [1, weights],
      [1, weights],
    ]),
  );
  const grouped = zeros(particles / groups, dimension, groups);
  const features = keep(backend.features('erf', grouped, inputs).values);
  const block = keep(backend.features('erf', grouped, zeros(tests, dimension, 1)).values);
  const kernel = keep(backend.product(features, features, { transposeA: true }));
  const cross = keep(backend.product(block, features, { transposeA: true }));
  keep(backend.product(cross, zeros(examples, 1, groups)));
  keep(backend.product(zeros(1, groups, 1), keep(backend.reshape(kernel, { rows: groups, columns: examples * examples }))));
  const system = keep(backend.addDiagonal(kernel, 1));
  using factor = backend.cholesky(system);
  keep(backend.solve(factor, problem.labels));
  keep(backend.dot(dual, dual));
  keep(backend.diagonal(keep(backend.inverse(factor))));
  keep(backend.hadamard(features, features));
  for (const matrix of made) matrix[Symbol.dispose]();
};
