import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix, RandomKey } from '$lib/backend/backend';
import type { LayerFeatures } from '$lib/theory/bayes/deep/conjugate';
import { groups } from '$lib/theory/bayes/deep/schedule';
import { Owned } from '$lib/theory/owned';

/** Standard deviation of the smoothed δ(h) of relu, as a share of that of h. */
const blur = 0.1;

/**
 * The neurons of one hidden layer: particles z [B, M, n] with the prior N(0, I) and pre-activations h = z xᵀ/√n, x [B or 1, P, n]. In the
 * first layer z are the weights and x the inputs; above it n = P and x = √P A with A Aᵀ = Φ^{l−1}, so that the prior of h is what
 * `theory.md` §2 says and yet no particle has to be carried along when Φ^{l−1} moves, and nothing is divided by a nearly singular matrix.
 */
export class Layer {
  readonly backend: Backend;
  readonly activation: Activation;
  /** z half-way through its last kick, [B, M, n]. */
  middle: Matrix;
  /** z, after the kick. */
  state: Matrix;
  /** The same noise without feature learning, [1, M, n]: the control variate. */
  controlVariate: Matrix;
  /** The last kick, [B, M, n]. */
  kick: Matrix;
  #prior: { readonly inputs: Matrix; readonly gram: Matrix } | undefined;

  constructor(backend: Backend, activation: Activation, batch: number, start: Matrix) {
    this.backend = backend;
    this.activation = activation;
    this.controlVariate = backend.slice(start, 0, 1);
    this.state = backend.combine([[new Array<number>(batch).fill(1), start]]);
    this.middle = backend.combine([[1, this.state]]);
    this.kick = backend.zeros(this.state);
  }

  /** x, [B or 1, P, n]; borrowed. */
  get inputs(): Matrix {
    if (!this.#prior) throw new Error('a layer without a prior');
    return this.#prior.inputs;
  }

  /** Covariance of h under the prior, [B or 1, P, P]; borrowed. */
  get gram(): Matrix {
    if (!this.#prior) throw new Error('a layer without a prior');
    return this.#prior.gram;
  }

  /** Takes over x and its Gram matrix. */
  enter(inputs: Matrix, gram: Matrix): void {
    this.#leave();
    this.#prior = { inputs, gram };
  }

  /** Takes over what replaces one of the matrices. */
  put(name: 'middle' | 'state' | 'controlVariate' | 'kick', matrix: Matrix): void {
    this[name][Symbol.dispose]();
    this[name] = matrix;
  }

  /** e z + √(1−e²) ξ, the exact Gaussian part of a step, e = exp(−dt): new. */
  diffused(which: 'state' | 'controlVariate', dt: number, noise: Matrix): Matrix {
    const decay = Math.exp(-dt);
    return this.backend.combine([
      [decay, this[which]],
      [Math.sqrt(-Math.expm1(-2 * dt)), noise],
    ]);
  }

  noise(key: RandomKey): Matrix {
    return this.backend.normal({ rows: this.state.rows, columns: this.state.columns }, key);
  }

  /** h, φ and φ′ of the middle. Like what follows it yields to the device of `yielding` between its parts; what that throws leaves nothing behind. */
  async features(yielding: Backend): Promise<LayerFeatures> {
    const { backend, activation, middle, inputs } = this;
    using made = new Owned();
    const { values, slopes } = backend.features(activation, middle, inputs, true);
    if (!slopes) throw new Error('features without slopes');
    for (const matrix of [values, slopes]) made.keep(matrix);
    await yielding.yieldToDevice();
    const preactivations = backend.features('linear', middle, inputs).values;
    made.handOver();
    return { preactivations, values, slopes };
  }

  /** Those, with the smoothed δ(h) of relu for pre-activations of about the given variance. */
  async bentFeatures(yielding: Backend, variance: number): Promise<LayerFeatures> {
    const features = await this.features(yielding);
    if (this.activation !== 'relu') return features;
    using made = new Owned();
    for (const matrix of [features.preactivations, features.values, features.slopes]) made.keep(matrix);
    await yielding.yieldToDevice();
    // erf′(u) = 2/√π exp(−u²): with u = h/(√2 σ) it is 2√2 σ times the normal density of deviation σ.
    const sigma = blur * Math.sqrt(variance);
    using scaled = this.backend.combine([[1 / (Math.SQRT2 * sigma), this.inputs]]);
    const { values, slopes } = this.backend.features('erf', this.middle, scaled, true);
    values[Symbol.dispose]();
    if (!slopes) throw new Error('features without slopes');
    using bells = slopes;
    const kinks = this.backend.combine([[1 / (2 * Math.SQRT2 * sigma), bells]]);
    made.handOver();
    return { ...features, kinks };
  }

  /**
   * Φ = ⟨φφᵀ⟩ over particles with features φ [B, M, P], less `control` (one a batch entry) times the deviation of the control variates from what is
   * known of them, [B, P, P].
   */
  async kernel(yielding: Backend, values: Matrix, control: readonly number[]): Promise<Matrix> {
    const { backend } = this;
    const alpha = 1 / values.rows;
    const sampled = backend.product(values, values, { transposeA: true, alpha });
    if (control.every((share) => share === 0)) return sampled;
    using own = sampled;
    await yielding.yieldToDevice();
    const { values: known } = backend.features(this.activation, this.controlVariate, this.inputs);
    using controlVariates = known;
    await yielding.yieldToDevice();
    using controlVariate = backend.product(controlVariates, controlVariates, { transposeA: true, alpha });
    using exact = priorKernel(backend, this.activation, this.gram);
    return backend.combine([
      [1, own],
      [control.map((share) => -share), controlVariate],
      [control, exact],
    ]);
  }

  /** For every batch entry the slope of the regression of groups' kernels on those of their control variates. */
  async control(yielding: Backend): Promise<number[]> {
    const { backend, activation, controlVariate, state } = this;
    const shape = { batch: groups, rows: state.rows / groups, columns: state.columns };
    const deviations = async (particles: Matrix, inputs: Matrix): Promise<Matrix> => {
      using grouped = backend.reshape(particles, shape);
      await yielding.yieldToDevice();
      const { values } = backend.features(activation, grouped, inputs);
      using features = values;
      await yielding.yieldToDevice();
      using kernels = backend.product(features, features, { transposeA: true });
      await yielding.yieldToDevice();
      using flat = backend.reshape(kernels, { batch: 1, rows: groups, columns: kernels.rows * kernels.columns });
      using ones = backend.upload({ rows: groups, columns: groups }, new Float64Array(groups * groups).fill(1 / groups));
      using means = backend.product(ones, flat);
      return backend.combine([
        [1, flat],
        [-1, means],
      ]);
    };
    const slopes: number[] = [];
    for (let b = 0; b < state.batch; b++) {
      using entry = backend.slice(state, b, 1);
      using inputs = backend.slice(this.inputs, this.inputs.batch === 1 ? 0 : b, 1);
      using own = await deviations(entry, inputs);
      using theirs = await deviations(controlVariate, inputs);
      using along = backend.dot(own, theirs);
      using square = backend.dot(theirs, theirs);
      const [above = NaN] = await backend.read(along);
      const [below = NaN] = await backend.read(square);
      const slope = above / below;
      // Where they hardly go together the difference would be noisier than the kernel.
      slopes.push(slope > 0.5 ? Math.min(1, slope) : 0);
    }
    return slopes;
  }

  [Symbol.dispose](): void {
    for (const matrix of [this.middle, this.state, this.controlVariate, this.kick]) matrix[Symbol.dispose]();
    this.#leave();
  }

  #leave(): void {
    this.#prior?.inputs[Symbol.dispose]();
    this.#prior?.gram[Symbol.dispose]();
    this.#prior = undefined;
  }
}

/** The NNGP map of a covariance with itself, [B, P, P]: Φ of a layer without feature learning. */
export function priorKernel(backend: Backend, activation: Activation, covariance: Matrix): Matrix {
  using variances = backend.diagonal(covariance);
  const { kernel, derivative } = backend.nngp(activation, covariance, variances, variances);
  derivative[Symbol.dispose]();
  return kernel;
}

/** √n A with A Aᵀ = Φ + jitter I, and that Gram matrix, for Φ [B, n, n]: what `Layer.enter` takes. */
export function priorOf(
  backend: Backend,
  kernel: Matrix,
  jitter: number | readonly number[],
): { readonly inputs: Matrix; readonly gram: Matrix } {
  const gram = backend.addDiagonal(kernel, jitter);
  using factor = backend.cholesky(gram);
  return { inputs: backend.combine([[Math.sqrt(kernel.rows), factor.lower]]), gram };
}
