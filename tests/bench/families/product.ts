import { numbers } from '../../gpu/harness/suite';
import type { Case, Family } from '../bench';

/** A product of two square matrices. */
export const square = (n: number): Case => {
  const a = numbers(n * n, 1);
  const b = numbers(n * n, 2);
  const shape = { rows: n, columns: n };
  return {
    name: `product ${n}²`,
    operations: 2 * n ** 3,
    tolerance: 1e-4,
    contestants: [
      {
        peer: 'ours',
        prepare: ({ backend, outcome }) => {
          const [left, right] = [backend.upload(shape, a), backend.upload(shape, b)];
          return {
            run: () => outcome(backend.product(left, right)),
            dispose: () => {
              left[Symbol.dispose]();
              right[Symbol.dispose]();
            },
          };
        },
      },
      {
        peer: 'jax-js',
        prepare: ({ jax, upload, outcome }) => {
          const [left, right] = [upload([n, n], a), upload([n, n], b)];
          return {
            run: () => outcome(jax.numpy.matmul(left.ref, right.ref)),
            dispose: () => {
              left.dispose();
              right.dispose();
            },
          };
        },
      },
      {
        peer: 'tfjs',
        prepare: ({ tf, outcome }) => {
          const [left, right] = [tf.tensor2d(a, [n, n]), tf.tensor2d(b, [n, n])];
          return {
            run: () => outcome(tf.matMul(left, right)),
            dispose: () => {
              left.dispose();
              right.dispose();
            },
          };
        },
      },
    ],
  };
};

/** A Aᵀ, of which one triangle is computed and the other written; jax-js computes all of it. */
const symmetric = (n: number): Case => {
  const a = numbers(n * n, 1);
  const shape = { rows: n, columns: n };
  return {
    name: `A Aᵀ ${n}²`,
    operations: n ** 3,
    tolerance: 1e-4,
    contestants: [
      {
        peer: 'ours',
        prepare: ({ backend, outcome }) => {
          const factor = backend.upload(shape, a);
          return {
            run: () => outcome(backend.product(factor, factor, { transposeB: true })),
            dispose: () => {
              factor[Symbol.dispose]();
            },
          };
        },
      },
      {
        peer: 'jax-js',
        prepare: ({ jax, upload, outcome }) => {
          const factor = upload([n, n], a);
          return {
            run: () => outcome(jax.numpy.matmul(factor.ref, factor.ref.transpose())),
            dispose: () => {
              factor.dispose();
            },
          };
        },
      },
    ],
  };
};

/** Square products of two matrices. */
export const product: Family = {
  name: 'product',
  cases: [...[256, 512, 1024].map((n) => () => square(n)), () => symmetric(512)],
  figures: (median) => [
    ...[512, 1024].flatMap((n) => [
      { name: `product ${n}², speed over jax-js`, value: median(`product ${n}²`, 'jax-js') / median(`product ${n}²`, 'ours'), atLeast: 1 },
      { name: `product ${n}², speed over tfjs`, value: median(`product ${n}²`, 'tfjs') / median(`product ${n}²`, 'ours'), atLeast: 3 },
    ]),
    { name: 'product, time(1024) over time(512)', value: median('product 1024²', 'ours') / median('product 512²', 'ours'), atMost: 9 },
  ],
};
