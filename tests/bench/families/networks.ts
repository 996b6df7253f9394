import type { Matrix } from '$lib/backend/backend';
import { numbers } from '../../gpu/harness/suite';
import type { Case, Contestant, Family } from '../bench';

/** A quarter of the two hundred steps that are promised: every step costs every contestant the same. */
const [width, examples, dimension, steps] = [128, 64, 32, 50];
const [gamma, length] = [0.5, 0.02];

/** Start, task and what is taken off the outputs; every contestant the same. tanh, for all peers have it. */
const operands = (networks: number) => {
  const weights = numbers(networks * width * dimension, 1).map((value) => 1.7 * value);
  const readout = numbers(networks * width, 2).map((value) => 1.7 * value);
  const inputs = numbers(examples * dimension, 3).map((value) => 1.7 * value);
  const labels = numbers(examples, 4);
  const base = new Float32Array(networks * examples);
  for (let b = 0; b < networks; b++)
    for (let i = 0; i < width; i++)
      for (let mu = 0; mu < examples; mu++) {
        let h = 0;
        for (let k = 0; k < dimension; k++) h += weights[(b * width + i) * dimension + k]! * inputs[mu * dimension + k]!;
        base[b * examples + mu]! += readout[b * width + i]! * Math.tanh(h / Math.sqrt(dimension));
      }
  return { weights, readout, inputs, labels, base };
};

type Operands = ReturnType<typeof operands>;

const hiddenRate = (length * gamma) / Math.sqrt(dimension);
const outputScale = 1 / (gamma * width);

const ours = (networks: number, given: Operands): Contestant => ({
  peer: 'ours',
  prepare: ({ backend, outcome }) => {
    const shape = (rows: number, columns: number, batch = 1) => ({ batch, rows, columns });
    const start = backend.upload(shape(width, dimension, networks), given.weights);
    const top = backend.upload(shape(width, 1, networks), given.readout);
    const inputs = backend.upload(shape(examples, dimension), given.inputs);
    const labels = backend.upload(shape(examples, 1), given.labels);
    const base = backend.upload(shape(examples, 1, networks), given.base);
    const points = Array.from({ length: networks }, () => ({ gamma, delta: 0, weightDecay: 0, length, count: steps }));
    return {
      run: () => {
        const weights = backend.combine([[1, start]]);
        using readout: Matrix = backend.combine([[1, top]]);
        backend.descend({ activation: 'tanh', inputs, labels, base, points }, { weights, readout }, 0, steps)[Symbol.dispose]();
        return outcome(weights);
      },
      dispose: () => {
        for (const matrix of [start, top, inputs, labels, base]) matrix[Symbol.dispose]();
      },
    };
  },
});

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
  const given = operands(networks);
  return {
    name: nameOf(networks),
    operations: networks * steps * 4 * width * examples * dimension,
    tolerance: 1e-3,
    contestants: [ours(networks, given), ...others(given)],
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
