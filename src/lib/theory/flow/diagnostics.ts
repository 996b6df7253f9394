import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { FlowEnsemble } from '$lib/theory/flow/ensemble';
import { dot, norm } from '$lib/theory/common/vectors';

/** What is measured of one point between two stretches of a run. */
export interface Diagnostics {
  /** ½ Σ Δ² and what decay and coupling add, (1/γ²M) Σ (λ/2 |w|² + λ/2 v² + δ/2 |w − w̄|²): the flow goes down its slope. */
  readonly energy: number;
  /** (1/γ²M) Σ (|Δw|² + Δv²)/dt since the path was cleared: what the energy should have lost. */
  readonly path: number;
  /** mean Δ² on the training set. */
  readonly train: number;
  /** Bound on the rates of the flow, decay apart. */
  readonly stiffness: number;
}

/** Largest |φ′| and |φ″|; of the unbounded one, over where pre-activations are. */
const bends: Readonly<Record<Activation, readonly [slope: number, bend: number]>> = {
  linear: [1, 0],
  relu: [1, 0],
  erf: [1.13, 0.97],
  tanh: [1, 0.77],
  quadratic: [6, 2],
};

/**
 * Measures the points of an ensemble. The stiffness is a bound on the Gauss–Newton part, λ_max(Φ) + λ_max(K) max ⟨v²φ′²⟩ (Schur), and on what the
 * residuals add, γ|Δ|√λ_max(K) max|φ′| + γ max|Δ| ⟨v²⟩^½ λ_max(K) max|φ″|. λ_max(Φ) by power iteration, from where it was last time.
 */
export class Meter {
  readonly #ensemble: FlowEnsemble;
  /** Waits on it end when the run is stopped. */
  readonly #yielding: Backend;
  /** λ_max(K) of each point. */
  readonly #gram: Float64Array;
  #vector: Float64Array;

  private constructor(ensemble: FlowEnsemble, yielding: Backend, gram: Float64Array, vector: Float64Array) {
    this.#ensemble = ensemble;
    this.#yielding = yielding;
    this.#gram = gram;
    this.#vector = vector;
  }

  static async start(ensemble: FlowEnsemble, yielding: Backend): Promise<Meter> {
    const { backend, points, problem } = ensemble;
    await yielding.yieldToDevice();
    using kernel = backend.gram(problem.inputs);
    const tops = await largestEigenvalues(backend, kernel);
    const examples = problem.inputs.rows;
    const vector = Float64Array.from({ length: points.length * examples }, (_, i) => 1 + 0.5 * Math.cos(3 * (i % examples)));
    return new Meter(
      ensemble,
      yielding,
      Float64Array.from(points, (_, b) => tops[tops.length === 1 ? 0 : b] ?? NaN),
      vector,
    );
  }

  async measure(): Promise<Diagnostics[]> {
    const { backend, points, problem, state, particles, path, targets } = this.#ensemble;
    // Of many particles every part is long.
    const yielding = this.#yielding;
    await yielding.yieldToDevice();
    const batch = points.length;
    const examples = problem.inputs.rows;
    const features = backend.features(problem.activation, state.weights, problem.inputs, true);
    if (!features.slopes) throw new Error('features without slopes');
    using values = features.values;
    using slopes = features.slopes;
    await yielding.yieldToDevice();
    using outputs = backend.product(values, state.readout, { transposeA: true, alpha: 1 / particles });
    using start = backend.upload({ batch, rows: examples, columns: 1 }, this.#vector);
    using before = power(this.#ensemble, values, start);
    await yielding.yieldToDevice();
    using after = power(this.#ensemble, values, before);
    await yielding.yieldToDevice();
    using lifts = backend.hadamard(state.readout, state.readout);
    using squares = backend.hadamard(slopes, slopes);
    using pulls = backend.product(squares, lifts, { transposeA: true, alpha: 1 / particles });
    await yielding.yieldToDevice();
    using lengths = backend.dot(state.weights, state.weights);
    using heights = backend.dot(state.readout, state.readout);
    using away = backend.combine([
      [1, state.weights],
      [-1, problem.anchor],
    ]);
    using distances = backend.dot(away, away);
    using flat = backend.reshape(path, { batch, rows: 1, columns: particles });
    using paths = backend.rowSums(flat);
    // A read would be waited for after a stop, too.
    await yielding.settle();
    const [f, u, z, pull, w, v, d, moved] = await Promise.all(
      [outputs, before, after, pulls, lengths, heights, distances, paths].map((matrix) => backend.read(matrix)),
    );
    if (!f || !u || !z || !pull || !w || !v || !d || !moved) throw new Error('a reading was lost');
    return points.map(({ parameters: { gamma, weightDecay }, delta }, b): Diagnostics => {
      const own = (all: Float64Array): Float64Array => all.subarray(b * examples, (b + 1) * examples);
      const residual = own(f).map((value, p) => (targets[b * examples + p] ?? NaN) - value / gamma);
      const sum = dot(residual, residual);
      const along = norm(own(z));
      // Features that are all 0 have no curvature; 0/0 would stop the flow.
      const curvature = along === 0 ? 0 : along / norm(own(u));
      // The start of the next power iteration.
      if (Number.isFinite(along) && along > 0)
        this.#vector.set(
          own(z).map((value) => value / along),
          b * examples,
        );
      const scale = 1 / (gamma * gamma * particles);
      const [slope, bend] = bends[problem.activation];
      const gram = this.#gram[b] ?? NaN;
      const frozen = delta === Infinity;
      const height = (v[b] ?? NaN) / particles;
      const twist =
        gamma *
        (Math.sqrt(gram * sum) * slope +
          residual.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * Math.sqrt(height) * gram * bend);
      return {
        energy:
          0.5 * sum + scale * 0.5 * (weightDecay * ((frozen ? 0 : (w[b] ?? NaN)) + (v[b] ?? NaN)) + (frozen ? 0 : delta * (d[b] ?? NaN))),
        path: scale * (moved[b] ?? NaN),
        train: sum / examples,
        stiffness: 1.2 * curvature + (frozen ? 0 : gram * own(pull).reduce((most, value) => Math.max(most, value), 0) + twist),
      };
    });
  }
}

/** Of each batch entry of a kernel, by power iteration, and a little above what that finds. */
async function largestEigenvalues(backend: Backend, kernel: Matrix): Promise<Float64Array> {
  using square = backend.dot(kernel, kernel);
  const norms = (await backend.read(square)).map(Math.sqrt);
  // Taken to norm 1, so that no power of it leaves the range of f32.
  using scaled = backend.combine([[[...norms].map((size) => 1 / (size || 1)), kernel]]);
  const start = Float64Array.from({ length: kernel.rows }, (_, i) => 1 + 0.5 * Math.cos(3 * i));
  let vector = backend.upload({ rows: kernel.rows, columns: 1 }, start);
  let before: Float64Array = start;
  const iterations = 12;
  for (let i = 0; i < iterations; i++) {
    const next = backend.product(scaled, vector);
    if (i === iterations - 1) before = await backend.read(vector);
    vector[Symbol.dispose]();
    vector = next;
  }
  using last = vector;
  const after = await backend.read(last);
  const n = kernel.rows;
  return norms.map((size, b) => {
    const own = (all: Float64Array): Float64Array => all.subarray(b * n, (b + 1) * n);
    return size > 0 ? 1.2 * size * (norm(own(after)) / norm(own(before))) : 0;
  });
}

/** Φu, [B, P, 1]. */
function power({ backend, particles }: FlowEnsemble, values: Matrix, vector: Matrix): Matrix {
  using projected = backend.product(values, vector);
  return backend.product(values, projected, { transposeA: true, alpha: 1 / particles });
}
