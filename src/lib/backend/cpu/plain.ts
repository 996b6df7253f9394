import type { Backend, Factor, Matrix } from '$lib/backend/backend';
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
  | 'normal'
  | 'combine'
  | 'features'
  | 'shiftedFeatures'
  | 'particleSteps'
  | 'flow'
  | 'descend'
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
    paint: (matrix, index, range, palette) => plain.paint(seen(matrix), index, range, palette),
  };
};
