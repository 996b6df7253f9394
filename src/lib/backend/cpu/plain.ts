import type { Backend, DescentProblem, Factor, FlowProblem, Matrix, ParticleProblem } from '$lib/backend/backend';
import { own as numbersOf, ReferenceMatrix } from '$lib/backend/reference/matrix';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Engine } from './engine';
import { CpuMatrix, own } from './matrix';

/** The same numbers as the reference has them: it works in this memory. */
const seen = (matrix: Matrix): ReferenceMatrix => {
  const { batch, rows, columns } = matrix;
  return ReferenceMatrix.over({ batch, rows, columns }, own(matrix).values);
};

const seenFactor = (factor: Factor): Factor => ({
  lower: seen(factor.lower),
  failures: () => factor.failures(),
  [Symbol.dispose]: () => undefined,
});

const seenAnchor = (anchor: Matrix | undefined): { anchor?: Matrix } => (anchor ? { anchor: seen(anchor) } : {});

const seenParticles = (problem: ParticleProblem): ParticleProblem => ({
  activation: problem.activation,
  points: problem.points,
  inputs: seen(problem.inputs),
  labels: seen(problem.labels),
  gram: seen(problem.gram),
  ...seenAnchor(problem.anchor),
});

const seenFlow = (problem: FlowProblem): FlowProblem => ({
  activation: problem.activation,
  points: problem.points,
  inputs: seen(problem.inputs),
  labels: seen(problem.labels),
  ...seenAnchor(problem.anchor),
});

const seenDescent = (problem: DescentProblem): DescentProblem => ({
  activation: problem.activation,
  points: problem.points,
  inputs: seen(problem.inputs),
  labels: seen(problem.labels),
  base: seen(problem.base),
  ...seenAnchor(problem.anchor),
});

/** What the operations of this file are. */
type Plain = Omit<
  Backend,
  | 'name'
  | 'adapter'
  | 'roundoff'
  | 'liveBytes'
  | 'dispatches'
  | 'workLimit'
  | 'account'
  | 'upload'
  | 'zeros'
  | 'read'
  | 'reshape'
  | 'slice'
  | 'copy'
  | 'combine'
  | 'settle'
  | 'rest'
  | 'paint'
  | 'dispose'
>;

/** What has no kernel yet, done by the reference's plain functions on the numbers in the memory of the kernels. */
export const plainOperations = (engine: Engine): Plain & Pick<Backend, 'paint' | 'dispatches'> => {
  const plain = createReferenceBackend();
  const kept = (made: Matrix): CpuMatrix => {
    const copy = CpuMatrix.make(engine, made);
    copy.values.set(numbersOf(made).values);
    made[Symbol.dispose]();
    return copy;
  };
  return {
    get dispatches() {
      return plain.dispatches;
    },
    normal: (shape, key) => kept(plain.normal(shape, key)),
    product: (a, b, options = {}) => {
      const { into, ...rest } = options;
      if (!into) return kept(plain.product(seen(a), a === b ? seen(a) : seen(b), rest));
      const target = own(into);
      if (target.sharesStorage(own(a)) || target.sharesStorage(own(b))) throw new Error('product: the result shares storage with a factor');
      using copy = plain.upload(into, target.values);
      plain.product(seen(a), seen(b), { ...rest, into: copy });
      target.values.set(numbersOf(copy).values);
      return into;
    },
    gram: (x, z) => kept(z && z !== x ? plain.gram(seen(x), seen(z)) : plain.gram(seen(x))),
    hadamard: (a, b) => kept(plain.hadamard(seen(a), seen(b))),
    transpose: (a) => kept(plain.transpose(seen(a))),
    addDiagonal: (a, value) => kept(plain.addDiagonal(seen(a), value)),
    diagonal: (a) => kept(plain.diagonal(seen(a))),
    rowSums: (a) => kept(plain.rowSums(seen(a))),
    rowExtremes: (a) => kept(plain.rowExtremes(seen(a))),
    reorder: (a, order) => kept(plain.reorder(seen(a), order)),
    dot: (a, b) => kept(plain.dot(seen(a), seen(b))),
    nngp: (activation, c, a, b) => {
      const { kernel, derivative } = plain.nngp(activation, seen(c), seen(a), seen(b));
      return { kernel: kept(kernel), derivative: kept(derivative) };
    },
    kernelGram: (activation, x, z, scales) => {
      const left = seen(x);
      return kept(plain.kernelGram(activation, left, z && z !== x ? seen(z) : left, scales));
    },
    cholesky: (a) => {
      const factor = plain.cholesky(seen(a));
      const lower = kept(factor.lower);
      return { lower, failures: () => factor.failures(), [Symbol.dispose]: () => lower[Symbol.dispose]() };
    },
    solve: (factor, b) => kept(plain.solve(seenFactor(factor), seen(b))),
    solveLower: (factor, b, transposed) => kept(plain.solveLower(seenFactor(factor), seen(b), transposed)),
    inverse: (factor) => kept(plain.inverse(seenFactor(factor))),
    logDeterminant: (factor) => kept(plain.logDeterminant(seenFactor(factor))),
    features: (activation, w, x, wanted) => {
      const { values, slopes } = plain.features(activation, seen(w), seen(x), wanted);
      return { values: kept(values), ...(slopes && { slopes: kept(slopes) }) };
    },
    shiftedFeatures: (activation, w, x, shift) => kept(plain.shiftedFeatures(activation, seen(w), seen(x), seen(shift))),
    particleSteps: (problem, { weights, dual }, dt, count, key, average, rest) =>
      plain.particleSteps(
        seenParticles(problem),
        { weights: seen(weights), dual: seen(dual) },
        dt,
        count,
        key,
        average && seen(average),
        rest,
      ),
    flow: (problem, { weights, readout }, steps, path) =>
      plain.flow(seenFlow(problem), { weights: seen(weights), readout: seen(readout) }, steps, path && seen(path)),
    descend: (problem, { weights, readout }, first, count) =>
      kept(plain.descend(seenDescent(problem), { weights: seen(weights), readout: seen(readout) }, first, count)),
    paint: (matrix, index, range, palette) => plain.paint(seen(matrix), index, range, palette),
  };
};
