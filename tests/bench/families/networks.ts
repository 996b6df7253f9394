import type { Case, Contestant, Family } from '../bench';
import { gamma, length, operands, ours, type Operands } from './descent';

/** tanh, for all peers have it. */
const sizes = { width: 128, examples: 64, dimension: 32, steps: 200 };
const { width, examples, dimension, steps } = sizes;

const hiddenRate = (length * gamma) / Math.sqrt(dimension);
const outputScale = 1 / (gamma * width);

/** A step of one network, mapped over all of them and compiled. */
const jax = (networks: number, given: Operands): Contestant => ({
  peer: 'jax-js',
  prepare: ({ jax: { numpy: np, vmap, jit }, upload, outcome }) => {
    const start = upload([networks, width, dimension], given.weights);
    const top = upload([networks, width, 1], given.readout);
    const base = upload([networks, examples], given.base);
    const inputs = upload([examples, dimension], given.inputs);
    const labels = upload([examples], given.labels);
    type A = typeof start;
    const one = (w: A, v: A, b: A, x: A, y: A): [A, A] => {
      const h = np.matmul(w.ref, x.ref.transpose()).mul(1 / Math.sqrt(dimension));
      const phi = np.tanh(h);
      const delta = y.sub(np.sum(v.ref.mul(phi.ref), 0).sub(b).mul(outputScale));
      const signal = v.ref.mul(phi.ref.mul(phi.ref).neg().add(1)).mul(delta.ref);
      const push = np.sum(phi.mul(delta), 1, { keepdims: true });
      return [w.add(np.matmul(signal, x).mul(hiddenRate)), v.add(push.mul(length * gamma))];
    };
    const step = jit(vmap(one, [0, 0, 0, null, null]));
    return {
      run: () => {
        let [w, v] = [start.ref, top.ref];
        for (let i = 0; i < steps; i++) [w, v] = step(w, v, base.ref, inputs.ref, labels.ref);
        v.dispose();
        return outcome(w);
      },
      dispose: () => {
        for (const array of [start, top, base, inputs, labels]) array.dispose();
        step.dispose();
      },
    };
  },
});

const tfjs = (given: Operands): Contestant => ({
  peer: 'tfjs',
  prepare: ({ tf, outcome }) => {
    const start = tf.tensor2d(given.weights, [width, dimension]);
    const top = tf.tensor2d(given.readout, [width, 1]);
    const base = tf.tensor2d(given.base, [1, examples]);
    const inputs = tf.tensor2d(given.inputs, [examples, dimension]);
    const labels = tf.tensor2d(given.labels, [1, examples]);
    const step = (w: typeof start, v: typeof top): [typeof start, typeof top] => {
      const phi = tf.tanh(tf.mul(tf.matMul(w, inputs, false, true), 1 / Math.sqrt(dimension)));
      const delta = tf.sub(labels, tf.mul(tf.sub(tf.matMul(v, phi, true, false), base), outputScale));
      const signal = tf.mul(tf.mul(v, tf.sub(1, tf.square(phi))), delta);
      const push = tf.matMul(phi, delta, false, true);
      return [tf.add(w, tf.mul(tf.matMul(signal, inputs), hiddenRate)), tf.add(v, tf.mul(push, length * gamma))];
    };
    return {
      run: () => {
        let [w, v] = [tf.clone(start), tf.clone(top)];
        for (let i = 0; i < steps; i++) {
          const [nextW, nextV] = tf.tidy(() => step(w, v));
          tf.dispose([w, v]);
          [w, v] = [nextW, nextV];
        }
        tf.dispose(v);
        return outcome(w);
      },
      dispose: () => {
        tf.dispose([start, top, base, inputs, labels]);
      },
    };
  },
});

const training = (networks: number, others: (given: Operands) => readonly Contestant[]): Case => {
  const given = operands(networks, sizes);
  return {
    name: nameOf(networks),
    operations: networks * steps * 4 * width * examples * dimension,
    tolerance: 1e-3,
    contestants: [ours(networks, sizes, given), ...others(given)],
  };
};

const nameOf = (networks: number): string => `${networks} ${networks === 1 ? 'network' : 'networks'} of ${width}, ${steps} steps`;

const many = 64;

/** Two-layer networks by gradient descent. tfjs knows no batch of networks: it trains one, and many one after another. */
export const networks: Family = {
  name: 'networks',
  cases: [() => training(1, (given) => [jax(1, given), tfjs(given)]), () => training(many, (given) => [jax(many, given)])],
  figures: (median) => {
    const [one, all] = [nameOf(1), nameOf(many)];
    return [
      { name: `${all}, speed over tfjs one after another`, value: (many * median(one, 'tfjs')) / median(all, 'ours'), atLeast: 5 },
      { name: `${all}, speed over jax-js vmap`, value: median(all, 'jax-js') / median(all, 'ours'), atLeast: 2 },
      { name: `${all}, time over that of one`, value: median(all, 'ours') / median(one, 'ours'), atMost: 40 },
    ];
  },
};
