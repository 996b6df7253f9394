import { factorSystems } from '$lib/backend/systems/factor';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import type { Neurons } from '$lib/theory/flow/draw';
import type { FlowPoint } from '$lib/theory/flow/ensemble';
import { meanOutputs } from '$lib/theory/flow/output';
import { tangentParts } from '$lib/theory/flow/tangent';
import type { SourceParameters } from '$lib/theory/theory';
import { norm } from '$lib/theory/common/vectors';

/** How far a run with weight decay is from rest. */
export interface Rest {
  /** |λf − ΦΔ|/(λ|y|): the readout is at rest where this is 0, whatever the activation. */
  readonly unrest: number;
  /** |f − K(K + 2λ)⁻¹y|/|y|, K = Φ + G∘K_x: both layers together; undefined where φ is not homogeneous, or the first layer is coupled. */
  readonly imbalance: number | undefined;
  /** mean (f∞ − y)² on the training set of the f∞ that rest with the kernel of the end would have. */
  readonly settled: number;
}

/** Beyond this a run has not settled. */
export const tolerated = 0.05;

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - (b[i] ?? NaN));
/** Roundings of a sum that may be left of it where its terms cancel. */
const roundings = 30;
/** A part of a whole; one that is no more than rounding is none. */
const share = (part: number, whole: number, rounding: number): number => (part <= rounding ? 0 : part / whole);

/**
 * Stationarity under weight decay (`theory.md` §3). v̇ = 0 is λf = ΦΔ. For φ(ch) = cφ(h) and no coupling ẇ = 0 is λf = (G∘K_x)Δ with
 * G = ⟨v²φ′φ′ᵀ⟩ besides, and the sum is f = K(K + 2λ)⁻¹y. Exact for any number of neurons. f is the output itself, [P] from the neurons, and `targets` are the
 * labels with what is subtracted from it.
 */
export async function restOf(backend: Backend, point: FlowPoint, neurons: Neurons, targets: Float64Array, run: Run): Promise<Rest> {
  const { task, parameters, delta, start } = point;
  const { activation, gamma, weightDecay } = parameters;
  const size = task.trainLabels.length;
  const means = await meanOutputs(backend, activation, neurons.weights, neurons.readout, [task.trainInputs], run);
  const f = means.map((value) => value / gamma);
  const residual = difference(targets, f);
  using inputs = backend.upload({ rows: size, columns: task.dimension }, task.trainInputs);
  const parts = await tangentParts(backend, activation, neurons.weights, neurons.readout, inputs, inputs, run);
  using features = parts.features;
  using response = parts.response;
  using driving = backend.upload({ rows: size, columns: 1 }, residual);
  using learned = backend.product(features, driving);
  const force = await backend.read(learned);
  const unrest = norm(force.map((value, i) => weightDecay * (f[i] ?? NaN) - value));
  /** y − ridge (kernel + ridge)⁻¹y. */
  const atRest = async (kernel: Matrix, ridge: number): Promise<Float64Array | undefined> => {
    using systems = await factorSystems(backend, kernel, [ridge]);
    if (systems.failures[0]) return undefined;
    using y = backend.upload({ rows: size, columns: 1 }, targets);
    using dual = backend.solve(systems.factor, y);
    const solution = await backend.read(dual);
    return targets.map((value, i) => value - ridge * (solution[i] ?? NaN));
  };
  const homogeneous = (activation === 'linear' || activation === 'relu') && (start === undefined || delta === 0);
  using whole = backend.combine([
    [1, features],
    [homogeneous ? 1 : 0, response],
  ]);
  const end = await atRest(whole, (homogeneous ? 2 : 1) * weightDecay);
  const labels = norm(targets);
  using diagonal = backend.diagonal(features);
  const trace = (await backend.read(diagonal)).reduce((sum, value) => sum + value, 0);
  /** Of f, whose terms v φ/(γM) cancel. */
  const rounding = (roundings * backend.roundoff * Math.sqrt(trace)) / gamma;
  return {
    unrest: share(unrest, weightDecay * labels, (weightDecay + trace) * rounding),
    imbalance: homogeneous && end ? share(norm(difference(f, end)), labels, rounding) : undefined,
    settled: end ? norm(difference(end, targets)) ** 2 / size : NaN,
  };
}

/** What is said of a run that has not settled; undefined of one that has. */
export function restWarning({ unrest }: Rest, { activation, time }: SourceParameters): string | undefined {
  if (unrest <= tolerated) return undefined;
  return (
    `weight decay has not brought the run to rest in time ${Number(time.toPrecision(3))}: λf and ΦΔ, which are equal at rest, differ by ` +
    `${(100 * unrest).toPrecision(2)} % of λ|y|; take this as a state on the way, or choose a longer time` +
    (activation === 'relu'
      ? ' (neurons that rest on the kink of relu jump across it, which alone makes some per cent where they are few)'
      : '')
  );
}
