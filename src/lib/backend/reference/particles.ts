import { fillNormals } from '$lib/base/philox';
import { activationFunctions } from '$lib/base/special';
import type { ParticleProblem, ParticleState, RandomKey } from '$lib/backend/backend';
import { addProductTransposed, mirrorLower, strip, transposeInto, whole } from './loops';
import { commonBatch, expectShape, own } from './matrix';
import { piecesOf } from './pieces';
import { factorInPlace, solveInPlace } from './triangular';

/** Pre-activations W Xᵀ/√D and from them φ and φ′, [M, P] each. */
export const featuresInto = (
  activation: ParticleProblem['activation'],
  w: Float64Array,
  x: Float64Array,
  sizes: { readonly particles: number; readonly examples: number; readonly dimension: number },
  values: Float64Array,
  slopes?: Float64Array,
): void => {
  const { particles, examples, dimension } = sizes;
  const { value, slope } = activationFunctions[activation];
  values.fill(0);
  addProductTransposed(
    whole(values, examples),
    whole(w, dimension),
    whole(x, dimension),
    particles,
    examples,
    dimension,
    1 / Math.sqrt(dimension),
  );
  for (let i = 0; i < values.length; i++) {
    const h = values[i] as number;
    if (slopes) slopes[i] = slope(h);
    values[i] = value(h);
  }
};

/** Shapes of a run, checked. */
export const sizesOf = (problem: ParticleProblem, state: ParticleState) => {
  const batch = problem.points.length;
  const { rows: particles, columns: dimension } = state.weights;
  const examples = problem.inputs.rows;
  expectShape(problem.inputs, examples, dimension, 'inputs of the particles');
  expectShape(problem.labels, examples, 1, 'labels of the particles');
  expectShape(problem.gram, examples, examples, 'gram of the particles');
  expectShape(state.dual, examples, 1, 'dual of the particles');
  if (problem.anchor) expectShape(problem.anchor, particles, dimension, 'anchor of the particles');
  else if (problem.points.some((point) => point.delta !== 0)) throw new Error('a coupling delta needs an anchor');
  if (state.weights.batch !== batch || state.dual.batch !== batch) throw new Error('weights and dual need one entry a sweep point');
  const shared = [problem.inputs, problem.labels, problem.gram, ...(problem.anchor ? [problem.anchor] : [])];
  if (commonBatch(state.weights, ...shared) !== batch) throw new Error('a batch is larger than the number of sweep points');
  return { batch, particles, dimension, examples };
};

/** Operations that a normal number costs. */
const drawing = 60;

/**
 * `count` semi-implicit steps of the mean-field Langevin dynamics, `theory.md` §2 ("A semi-implicit step removes the stiffness"); see
 * `Backend.particleSteps`. Yields between the parts of a step, of which many particles make several of each. Where the system for Δ is not
 * positive definite, Δ of that sweep point becomes not-a-number.
 */
export function* runParticles(
  problem: ParticleProblem,
  state: ParticleState,
  dt: number,
  count: number,
  key: RandomKey,
  average?: Float64Array,
): Generator<undefined, void> {
  const { batch, particles, dimension, examples } = sizesOf(problem, state);
  const noise = new Float64Array(particles * dimension);
  const pieces = piecesOf(particles, examples * (2 * Math.max(dimension, examples) + 40), strip);
  const most = pieces.reduce((longest, [first, end]) => Math.max(longest, end - first), 0);
  const scratch = {
    pieces,
    values: new Float64Array(particles * examples),
    slopes: new Float64Array(particles * examples),
    transposed: new Float64Array(most * examples),
    scaled: new Float64Array(most * examples),
    system: new Float64Array(examples * examples),
    response: new Float64Array(examples * examples),
    inputsTransposed: new Float64Array(examples * dimension),
  };
  for (let step = 0; step < count; step++) {
    for (const [first, end] of piecesOf(noise.length, drawing, 4)) {
      fillNormals(noise.subarray(first, end), { ...key, step: key.step + step }, first);
      yield;
    }
    for (let index = 0; index < batch; index++) {
      const dual = own(state.dual).entry(index);
      yield* oneStep(problem, index, own(state.weights).entry(index), dual, dt, noise, scratch);
      if (average)
        for (let i = 0; i < examples; i++) average[index * examples + i] = (average[index * examples + i] as number) + (dual[i] as number);
    }
  }
}

interface Scratch {
  /** Particles first … end − 1 at a time. */
  readonly pieces: readonly (readonly [first: number, end: number])[];
  /** φ and φ′ of all. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  /** Of the particles of a piece. */
  readonly transposed: Float64Array;
  readonly scaled: Float64Array;
  readonly system: Float64Array;
  readonly response: Float64Array;
  readonly inputsTransposed: Float64Array;
}

function* oneStep(
  problem: ParticleProblem,
  index: number,
  weights: Float64Array,
  dual: Float64Array,
  step: number,
  noise: Float64Array,
  { pieces, values, slopes, transposed, scaled, system, response, inputsTransposed }: Scratch,
): Generator<undefined, void> {
  const { gamma, temperature, delta, pace = 1 } = problem.points[index] as ParticleProblem['points'][number];
  const dt = step * pace;
  const examples = problem.inputs.rows;
  const dimension = problem.inputs.columns;
  const particles = weights.length / dimension;
  const inputs = own(problem.inputs).entry(index);
  const gram = own(problem.gram).entry(index);
  const anchor = problem.anchor && own(problem.anchor).entry(index);
  const a = 1 + delta;
  const b = (gamma * gamma * -Math.expm1(-a * dt)) / a;
  const rows = (all: Float64Array, first: number, end: number): Float64Array => {
    const length = all.length / particles;
    return all.subarray(first * length, end * length);
  };

  for (const [first, end] of pieces) {
    const moved = rows(weights, first, end);
    drift(moved, anchor && rows(anchor, first, end), rows(noise, first, end), delta, dt);
    const sizes = { particles: end - first, examples, dimension };
    featuresInto(problem.activation, moved, inputs, sizes, rows(values, first, end), rows(slopes, first, end));
    yield;
  }
  // Φ° = (1/M) φ°ᵀφ°
  const addOuter = (from: Float64Array, count: number, into: Float64Array): void => {
    const block = whole(transposeInto(from, count, examples, transposed), count);
    addProductTransposed(whole(into, examples), block, block, examples, examples, count, 1 / particles, true);
  };
  system.fill(0);
  for (const [first, end] of pieces) {
    addOuter(rows(values, first, end), end - first, system);
    yield;
  }
  // B = [(1/M) Σ s² φ′φ′ᵀ] ∘ K with s from the old Δ
  response.fill(0);
  for (const [first, end] of pieces) {
    const primes = rows(slopes, first, end);
    projections(rows(values, first, end), dual, end - first, (particle, s) => {
      for (let j = particle * examples; j < (particle + 1) * examples; j++) scaled[j] = s * (primes[j] as number);
    });
    addOuter(scaled, end - first, response);
    yield;
  }
  for (let i = 0; i < examples * examples; i++) system[i] = (system[i] as number) + b * (response[i] as number) * (gram[i] as number);
  for (let i = 0; i < examples; i++) system[i * examples + i] = (system[i * examples + i] as number) + temperature;
  mirrorLower(system, examples);
  if (factorInPlace(system, examples) < 0) {
    dual.set(own(problem.labels).entry(index));
    solveInPlace(system, examples, dual, 1);
  } else dual.fill(NaN);

  // w = w° + b (Δ′·φ°) Xᵀ(Δ′∘φ′°)/√D
  const across = whole(transposeInto(inputs, examples, dimension, inputsTransposed), examples);
  for (const [first, end] of pieces) {
    const primes = rows(slopes, first, end);
    projections(rows(values, first, end), dual, end - first, (particle, s) => {
      for (let j = 0; j < examples; j++) {
        const at = particle * examples + j;
        scaled[at] = s * (dual[j] as number) * (primes[at] as number);
      }
    });
    const moved = whole(rows(weights, first, end), dimension);
    addProductTransposed(moved, whole(scaled, examples), across, end - first, dimension, examples, b / Math.sqrt(dimension));
    yield;
  }
}

/** The exact Gaussian part: w ← κw̄ + e(w − κw̄) + √((1−e²)/a) ξ. */
const drift = (weights: Float64Array, anchor: Float64Array | undefined, noise: Float64Array, delta: number, dt: number): void => {
  const a = 1 + delta;
  const decay = Math.exp(-a * dt);
  const spread = Math.sqrt(-Math.expm1(-2 * a * dt) / a);
  const kappa = delta === Infinity ? 1 : delta / a;
  for (let i = 0; i < weights.length; i++) {
    const centre = anchor ? kappa * (anchor[i] as number) : 0;
    weights[i] = centre + decay * ((weights[i] as number) - centre) + spread * (noise[i] as number);
  }
};

/** Calls `use` with s = Δ·φ of each particle. */
const projections = (values: Float64Array, dual: Float64Array, particles: number, use: (particle: number, s: number) => void): void => {
  const examples = dual.length;
  for (let particle = 0; particle < particles; particle++) {
    let s = 0;
    for (let j = 0; j < examples; j++) s += (values[particle * examples + j] as number) * (dual[j] as number);
    use(particle, s);
  }
};
