import type { Backend, Matrix } from '$lib/backend/backend';
import { couplingMean } from '$lib/theory/common/coupled-variance';
import { evaluateUnless } from '$lib/theory/networks/evaluate-unless';
import { matricesOf, type Evaluation, type Posterior } from '$lib/theory/networks/posterior';
import type { Stopped } from '$lib/theory/networks/stopped';
import { Owned } from '$lib/theory/owned';

/** Where the weights of every layer are centred and how far they spread before data: w = κw̄ + u/√(1+δ), u standard normals. */
export interface Prior {
  readonly deltas: readonly number[];
  /** w̄ and κw̄ of every layer, where there is a source. */
  readonly anchors?: readonly Matrix[];
  readonly centres?: readonly Matrix[];
}

/** A place in the space of weights, of each network one, and what the posterior says there. */
export interface State {
  /** u and w of every layer, [B, N, D] and then [B, N, N]. */
  readonly u: readonly Matrix[];
  readonly weights: readonly Matrix[];
  readonly at: Evaluation;
  /** H without momenta, 2V + |u|². */
  readonly energies: Float64Array;
}

export const spreadsOf = ({ deltas }: Prior): number[] => deltas.map((delta) => 1 / Math.sqrt(1 + delta));

/** κw̄ for anchors w̄ of every layer. */
export const centresOf = (backend: Backend, deltas: readonly number[], anchors: readonly Matrix[]): Matrix[] =>
  anchors.map((anchor) => backend.combine([[deltas.map(couplingMean), anchor]]));

/** w = κw̄ + u/√(1+δ) of every layer. */
export const weightsOf = (backend: Backend, prior: Prior, u: readonly Matrix[]): Matrix[] => {
  const spreads = spreadsOf(prior);
  return u.map((own, layer) => {
    const centre = prior.centres?.[layer];
    return backend.combine([[spreads, own], ...(centre ? [[1, centre] as const] : [])]);
  });
};

/** Σ over layers of |·|², a number a network. */
export const squares = async (backend: Backend, layers: readonly Matrix[]): Promise<Float64Array> => {
  const sum = new Float64Array(layers[0]!.batch);
  for (const matrix of layers) {
    using square = backend.dot(matrix, matrix);
    (await backend.read(square)).forEach((value, b) => (sum[b]! += value));
  }
  return sum;
};

/** The state at u, which is the state's own from then on unless it was stopped: then there is none, and u is given back too. */
export const stateUnless = async (
  stopped: Stopped,
  backend: Backend,
  posterior: Posterior,
  prior: Prior,
  u: readonly Matrix[],
): Promise<State | undefined> => {
  using made = new Owned();
  for (const matrix of u) made.keep(matrix);
  const weights = weightsOf(backend, prior, u).map((matrix) => made.keep(matrix));
  const at = await evaluateUnless(stopped, backend, posterior, weights);
  if (!at) return undefined;
  made.keep(at);
  if (await stopped()) return undefined;
  const energies = await restingEnergies(backend, at, u);
  made.handOver();
  return { u, weights, at, energies };
};

export const restingEnergies = async (backend: Backend, at: Evaluation, u: readonly Matrix[]): Promise<Float64Array> => {
  const energies = await squares(backend, u);
  (await backend.read(at.energy)).forEach((value, b) => (energies[b]! += value));
  return energies;
};

export const disposeState = ({ u, weights, at }: State): void => {
  for (const matrix of [...u, ...weights]) matrix[Symbol.dispose]();
  at[Symbol.dispose]();
};

/** Networks that stay where they were: entry b of `from` over that of `into`. */
export const stay = (backend: Backend, from: State, into: State, b: number): void => {
  const list = ({ u, weights, at }: State): readonly Matrix[] => [...u, ...weights, ...matricesOf(at)];
  const old = list(from);
  list(into).forEach((matrix, index) => {
    using entry = backend.slice(old[index]!, b);
    backend.copy(entry, matrix, b);
  });
  into.energies[b] = from.energies[b]!;
};
