import type { Activation } from '$lib/base/activation';
import { streams } from '$lib/base/random';
import type { Backend, Matrix } from '$lib/backend/backend';
import { priorKernel, priorOf } from '$lib/theory/bayes/deep/layer';
import { groups } from '$lib/theory/bayes/deep/schedule';
import { Owned } from '$lib/theory/owned';

/** Samples of one layer's z, each [1, M, n] with M a multiple of `groups`, and what goes with them. */
export interface LayerSamples {
  readonly snapshots: readonly Matrix[];
  /** The control variate: at the same times z without feature learning, whose kernel is known; and how much of its deviation is taken off. */
  readonly controlVariates: readonly Matrix[];
  readonly control: number;
  /** What is added to the diagonal of the kernel below before it is factored. */
  readonly jitter: number;
}

/** The law of a deep network's neurons, layer by layer. */
export interface DeepLaw {
  readonly activation: Activation;
  readonly seed: number;
  readonly layers: readonly LayerSamples[];
}

/** Entries: the law of all particles, then with each group of particles left out at every layer. */
const entries = groups + 1;

/**
 * Φ^L at the training examples followed by others, rows [1, P + b, D], for the law of all particles and for each group of them left out at
 * every layer: [groups + 1, P + b, P + b]. z is lifted to any set of examples by the Cholesky factor of Φ^{l−1} on it, whose leading block is
 * that of the training examples; the z of the others have no force, so that they are plain normals. That is the Gaussian
 * conditional of `theory.md` §2, and what noise Φ^{l−1} has comes through to the layers above.
 * Cost for each layer above the first: 4 (groups + 1) M (P + b)² operations a snapshot, and it yields to the device between its parts.
 */
export async function layerKernels(backend: Backend, law: DeepLaw, rows: Matrix, examples: number): Promise<Matrix> {
  const [first] = law.layers;
  if (!first) throw new Error('a law without layers');
  let kernel = await firstKernels(backend, law, first, rows);
  for (let l = 1; l < law.layers.length; l++) {
    using below = kernel;
    kernel = await nextKernels(backend, law, l, below, examples);
  }
  return kernel;
}

/** Gives back the samples. */
export function disposeDeepLaw({ layers }: DeepLaw): void {
  for (const { snapshots, controlVariates } of layers) for (const sample of [...snapshots, ...controlVariates]) sample[Symbol.dispose]();
}

/** Of a sum over all particles and one over each group, the mean over all and over all but one group. */
const weights = (group: number): number[] =>
  Array.from({ length: entries }, (_, e) => (e === group + 1 ? 0 : e === 0 ? 1 : groups / (groups - 1)));

/** The mean of `each(group)`, [entries or 1, n, n], over groups, one group left out in every entry but the first. */
async function averaged(backend: Backend, size: number, each: (group: number) => Promise<Matrix>): Promise<Matrix> {
  using sum = backend.zeros({ batch: entries, rows: size, columns: size });
  for (let group = 0; group < groups; group++) {
    using own = await each(group);
    using wide = backend.combine([[weights(group), own]]);
    backend.combine(
      [
        [1, sum],
        [1 / groups, wide],
      ],
      sum,
    );
  }
  return backend.slice(sum, 0, entries);
}

/**
 * (1/M) Σ φφᵀ over a group of some samples under x, [entries or 1, n, n]; `lift` makes of [1, M/groups, P] what x wants. As many entries at a
 * time as are a piece of work; the device is yielded to before each.
 */
async function groupKernel(
  backend: Backend,
  activation: Activation,
  samples: readonly Matrix[],
  group: number,
  x: Matrix,
  lift: (own: Matrix, sample: number) => Matrix,
): Promise<Matrix> {
  using made = new Owned();
  const sum = made.keep(backend.zeros({ batch: x.batch, rows: x.rows, columns: x.rows }));
  for (const [at, sample] of samples.entries()) {
    const each = sample.rows / groups;
    const work = each * x.rows * (2 * x.columns + 2 * x.rows + 40);
    const together = Math.max(1, Math.min(x.batch, Math.floor(backend.workLimit / work)));
    using grouped = backend.reshape(sample, { batch: groups, rows: each, columns: sample.columns });
    using own = backend.slice(grouped, group, 1);
    using lifted = lift(own, at);
    for (let first = 0; first < x.batch; first += together) {
      await backend.yieldToDevice();
      const count = Math.min(together, x.batch - first);
      using some = backend.slice(x, first, count);
      using into = backend.slice(sum, first, count);
      using features = backend.features(activation, lifted, some).values;
      backend.product(features, features, { transposeA: true, alpha: 1 / (each * samples.length), beta: at === 0 ? 0 : 1, into });
    }
  }
  made.handOver();
  return sum;
}

/** The kernel of the samples less `control` times what that of their control variates deviates from `exact`. */
async function controlled(
  backend: Backend,
  { snapshots, controlVariates, control }: LayerSamples,
  of: (samples: readonly Matrix[]) => Promise<Matrix>,
  exact: () => Matrix,
): Promise<Matrix> {
  if (control === 0) return await of(snapshots);
  using sampled = await of(snapshots);
  using theirs = await of(controlVariates);
  using known = exact();
  return backend.combine([
    [1, sampled],
    [-control, theirs],
    [control, known],
  ]);
}

const asIs =
  (backend: Backend) =>
  (own: Matrix): Matrix =>
    backend.slice(own, 0, own.batch);

async function firstKernels(backend: Backend, { activation }: DeepLaw, samples: LayerSamples, rows: Matrix): Promise<Matrix> {
  const of = (own: readonly Matrix[]): Promise<Matrix> =>
    averaged(backend, rows.rows, (group) => groupKernel(backend, activation, own, group, rows, asIs(backend)));
  return await controlled(backend, samples, of, () => {
    using gram = backend.gram(rows);
    return priorKernel(backend, activation, gram);
  });
}

async function nextKernels(
  backend: Backend,
  { activation, layers, seed }: DeepLaw,
  l: number,
  below: Matrix,
  examples: number,
): Promise<Matrix> {
  const layer = layers[l];
  if (!layer) throw new Error(`no layer ${l + 1}`);
  const { jitter } = layer;
  const size = below.rows;
  const { inputs, gram } = priorOf(backend, below, jitter);
  using x = inputs;
  using covariance = gram;
  using widening = size > examples ? widener(backend, examples, size) : undefined;
  const lift =
    (group: number) =>
    (own: Matrix, sample: number): Matrix => {
      if (!widening) return backend.slice(own, 0, 1);
      const shape = { rows: own.rows, columns: size - examples };
      using extra = backend.normal(shape, { seed, stream: streams.deepTest + l, step: group * 64 + sample });
      const wide = backend.product(own, widening.first);
      return backend.product(extra, widening.rest, { beta: 1, into: wide });
    };
  const of = (samples: readonly Matrix[]): Promise<Matrix> =>
    averaged(backend, size, (group) => groupKernel(backend, activation, samples, group, x, lift(group)));
  return await controlled(backend, layer, of, () => priorKernel(backend, activation, covariance));
}

/** [I 0], [P, n], and [0 I], [n − P, n]: they put columns side by side. */
function widener(
  backend: Backend,
  examples: number,
  size: number,
): { readonly first: Matrix; readonly rest: Matrix; [Symbol.dispose](): void } {
  const selector = (rows: number, from: number): Matrix =>
    backend.upload(
      { rows, columns: size },
      Float64Array.from({ length: rows * size }, (_, i) => (i % size === from + Math.floor(i / size) ? 1 : 0)),
    );
  const first = selector(examples, 0);
  const rest = selector(size - examples, examples);
  return {
    first,
    rest,
    [Symbol.dispose]() {
      first[Symbol.dispose]();
      rest[Symbol.dispose]();
    },
  };
}
