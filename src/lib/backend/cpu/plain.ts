import type { Activation } from '$lib/base/activation';
import type { Backend, KernelScales, Matrix } from '$lib/backend/backend';
import { mapGram } from '$lib/backend/reference/kernels';
import { own as numbersOf, ReferenceMatrix } from '$lib/backend/reference/matrix';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Engine } from './engine';
import { product } from './linalg/product';
import { CpuMatrix, own } from './matrix';

/** The same numbers as the reference has them: it works in this memory. */
const seen = (matrix: Matrix): ReferenceMatrix => {
  const { batch, rows, columns } = matrix;
  return ReferenceMatrix.over({ batch, rows, columns }, own(matrix).values);
};

/** The NNGP map of a Gram matrix, see `Backend.kernelGram`: the product by the kernels, the map by the reference's functions. */
export const kernelGram = (engine: Engine, activation: Activation, x: Matrix, z: Matrix = x, scales?: KernelScales): CpuMatrix => {
  const gram = product(engine, x, z, { transposeB: true, alpha: 1 / x.columns });
  const left = seen(x);
  mapGram(activation, seen(gram), left, z === x ? left : seen(z), scales);
  return gram;
};

/** The other operations of this file. */
type Plain = Pick<Backend, 'dispatches' | 'nngp' | 'angles' | 'reluAngles' | 'paint'>;

/** What has no kernel yet, done by the reference's plain functions on the numbers in the memory of the kernels. */
export const plainOperations = (engine: Engine): Plain => {
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
    nngp: (activation, c, a, b, angles) => {
      const { kernel, derivative } = plain.nngp(activation, seen(c), seen(a), seen(b), angles && seen(angles));
      return { kernel: kept(kernel), derivative: kept(derivative) };
    },
    angles: (x, z) => {
      const left = seen(x);
      return kept(plain.angles(left, z && z !== x ? seen(z) : left));
    },
    reluAngles: (from) => kept(plain.reluAngles(seen(from))),
    paint: (matrix, index, range, palette) => plain.paint(seen(matrix), index, range, palette),
  };
};
