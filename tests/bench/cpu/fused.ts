import { normals } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import type { Backend, Matrix } from '$lib/backend/backend';
import { numbers } from '../../unit/backend/naive';
import type { Contestant } from './measure';
import { startNumpy } from './numpy-peer';

/** Numbers and their shape. */
export interface Operand {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A task that engines of ours and the NumPy peer (`numpy_fused.py`) do alike. */
export interface FusedTask {
  /** As `numpy_fused.py` knows it. */
  readonly name: string;
  readonly title: string;
  /** Largest difference allowed between two results, relative to the largest number. */
  readonly tolerance: number;
  readonly operands: Readonly<Record<string, Operand>>;
  /** Uploads the operands; `run` does the task once from the same start, `values` is what it has made. */
  prepare(backend: Backend): { run(): Promise<void> | void; values(): Promise<ArrayLike<number>>; dispose(): void };
}

const operand = (shape: readonly number[], seed: number, scale = 1): Operand => ({
  shape,
  data: numbers(
    shape.reduce((product, size) => product * size, 1),
    seed,
  ).map((x) => scale * x),
});

const upload = (backend: Backend, { shape, data }: Operand): Matrix => {
  const [columns = 1, rows = 1, batch = 1] = shape.length === 1 ? [1, shape[0]!] : shape.toReversed();
  return backend.upload({ batch, rows, columns }, data);
};

const disposeAll = (matrices: readonly Matrix[]): void => {
  for (const matrix of matrices) matrix[Symbol.dispose]();
};

/** Uniform in (−√3, √3): of variance 1. */
const unit = Math.sqrt(3);

const features = (): FusedTask => {
  const operands = { w: operand([512, 64], 1, unit), x: operand([160, 64], 2, unit) };
  return {
    name: 'features',
    title: 'erf features 512 × 160, D = 64',
    tolerance: 1e-12,
    operands,
    prepare: (backend) => {
      const [w, x] = [upload(backend, operands.w), upload(backend, operands.x)];
      let made: Matrix | undefined;
      return {
        run: () => {
          made?.[Symbol.dispose]();
          made = backend.features('erf', w, x).values;
          return backend.settle();
        },
        values: () => backend.read(made!),
        dispose: () => {
          disposeAll([w, x, ...(made ? [made] : [])]);
        },
      };
    },
  };
};

/** Of the default sheet's source: 512 particles, 150 examples of 64 pixels. */
const sheet = { particles: 512, examples: 150, dimension: 64 };

const particleStep = (): FusedTask => {
  const { particles, examples, dimension } = sheet;
  const key = { seed: 1, stream: streams.sourceNoise, step: 3 };
  const operands = {
    w: operand([particles, dimension], 1, unit),
    x: operand([examples, dimension], 2, unit),
    y: operand([examples], 3),
    dual: operand([examples], 4),
    noise: { shape: [particles, dimension], data: normals(particles * dimension, key) },
  };
  return {
    name: 'particle step',
    title: 'one bayes particle step, 512 particles, P = 150, D = 64',
    tolerance: 1e-10,
    operands,
    prepare: (backend) => {
      const [start, dual, weights, old, inputs, labels] = [
        operands.w,
        operands.dual,
        operands.w,
        operands.dual,
        operands.x,
        operands.y,
      ].map((given) => upload(backend, given)) as [Matrix, Matrix, Matrix, Matrix, Matrix, Matrix];
      const gram = backend.gram(inputs);
      const problem = { activation: 'erf' as const, inputs, labels, gram, points: [{ gamma: 2, temperature: 0.05, delta: 0 }] };
      return {
        run: async () => {
          backend.copy(start, weights);
          backend.copy(dual, old);
          await backend.particleSteps(problem, { weights, dual: old }, 0.1, 1, key);
          await backend.settle();
        },
        values: () => backend.read(weights),
        dispose: () => {
          disposeAll([start, dual, weights, old, inputs, labels, gram]);
        },
      };
    },
  };
};

const flowEvaluation = (): FusedTask => {
  const { particles, examples, dimension } = sheet;
  const operands = {
    w: operand([particles, dimension], 1, unit),
    v: operand([particles], 2, unit),
    x: operand([examples, dimension], 3, unit),
    y: operand([examples], 4),
  };
  return {
    name: 'flow evaluation',
    title: 'one flow evaluation, 512 neurons, P = 150, D = 64',
    tolerance: 1e-12,
    operands,
    prepare: (backend) => {
      const [start, top, weights, readout, inputs, labels] = [operands.w, operands.v, operands.w, operands.v, operands.x, operands.y].map(
        (given) => upload(backend, given),
      ) as [Matrix, Matrix, Matrix, Matrix, Matrix, Matrix];
      const problem = { activation: 'erf' as const, inputs, labels, points: [{ gamma: 2, decay: 0, delta: 0 }] };
      return {
        run: async () => {
          backend.copy(start, weights);
          backend.copy(top, readout);
          using run = backend.flow(problem, { weights, readout }, [[{ dt: 1e-3, stages: 1 }]]);
          await run.advance(1);
          await backend.settle();
        },
        values: async () => [...(await backend.read(weights)), ...(await backend.read(readout))],
        dispose: () => {
          disposeAll([start, top, weights, readout, inputs, labels]);
        },
      };
    },
  };
};

const networks = (): FusedTask => {
  const [count, width, examples, dimension, steps] = [64, 128, 64, 32, 200];
  const operands = {
    w: operand([count, width, dimension], 1, unit),
    v: operand([count, width], 2, unit),
    x: operand([examples, dimension], 3, unit),
    y: operand([examples], 4),
    base: operand([count, examples], 5),
  };
  return {
    name: 'networks',
    title: '64 networks of 128, 200 steps, P = 64, D = 32',
    tolerance: 1e-9,
    operands,
    prepare: (backend) => {
      const column = { shape: [count, width, 1], data: operands.v.data };
      const base = upload(backend, { shape: [count, examples, 1], data: operands.base.data });
      const [start, top, weights, readout, inputs, labels] = [operands.w, column, operands.w, column, operands.x, operands.y].map((given) =>
        upload(backend, given),
      ) as [Matrix, Matrix, Matrix, Matrix, Matrix, Matrix];
      const point = { gamma: 0.5, delta: 0, weightDecay: 0, length: 0.02, count: steps };
      const problem = { activation: 'tanh' as const, inputs, labels, base, points: Array.from({ length: count }, () => point) };
      return {
        run: () => {
          backend.copy(start, weights);
          backend.copy(top, readout);
          backend.descend(problem, { weights, readout }, 0, steps)[Symbol.dispose]();
          return backend.settle();
        },
        values: () => backend.read(weights),
        dispose: () => {
          disposeAll([base, start, top, weights, readout, inputs, labels]);
        },
      };
    },
  };
};

/** An engine of ours. */
export const fusedByBackend = (name: string, backend: Backend): Contestant<FusedTask> => {
  let prepared: ReturnType<FusedTask['prepare']> | undefined;
  return {
    name,
    prepare: async (task) => {
      prepared?.dispose();
      prepared = task.prepare(backend);
      await prepared.run();
      return prepared.values();
    },
    run: async (repeats) => {
      const start = performance.now();
      for (let i = 0; i < repeats; i++) await prepared?.run();
      return (performance.now() - start) / repeats;
    },
    dispose: () => {
      prepared?.dispose();
    },
  };
};

/** NumPy and SciPy. @throws Error where there is no Python with them */
export const fusedByNumpy = async (threads: number): Promise<Contestant<FusedTask>> => {
  const peer = await startNumpy(threads);
  return {
    name: peer.versions,
    prepare: async (task) => {
      await peer.prepare(task);
      await peer.run();
      return peer.values();
    },
    run: async (repeats) => {
      let time = 0;
      for (let i = 0; i < repeats; i++) time += await peer.run();
      return time / repeats;
    },
    dispose: () => {
      void peer.dispose();
    },
  };
};

/** Made when their turn comes: operands take time and memory. */
export const fusedTasks: readonly (() => FusedTask)[] = [features, particleStep, flowEvaluation, networks];
