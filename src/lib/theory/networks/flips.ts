import type { Activation } from '$lib/base/activation';
import { uniforms } from '$lib/base/philox';
import type { Backend, Matrix, RandomKey } from '$lib/backend/backend';
import type { Prior } from '$lib/theory/networks/chain-state';
import { forward, layerInputs } from '$lib/theory/networks/forward';
import { orthonormalRows } from '$lib/theory/common/orthonormal';
import { Owned } from '$lib/theory/owned';
import { columnSums } from '$lib/theory/common/column-sums';

/** φ(−h) = −φ(h). */
export const isOdd = (activation: Activation): boolean => activation !== 'relu' && activation !== 'quadratic';

/** What the flips are made for. */
export interface Flipping {
  readonly activation: Activation;
  /** X [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** Of the numbers that decide, for each layer one a network. */
  readonly key: (layer: number) => readonly RandomKey[];
}

/**
 * Flips of neurons, `deep-transfer.md`: row i of w^l reflected in the span of what its layer reads of the training examples, w → w − 2QᵀQw, and
 * column i of w^{l+1} with its sign changed. For odd φ then h_i and φ_i change their sign on the training set and no later layer sees it: the
 * likelihood stays, and so do the norms. Only the tie to the source changes,
 *
 *     ΔU_i = 2δ (Qw_i · Qw̄_i + Σ_j w^{l+1}_ji w̄^{l+1}_ji),
 *
 * and a flip is accepted with probability min(1, e^{−ΔU}), every neuron by itself: neurons of a layer share no weight. It carries neurons
 * between the two wells of ½γ²(Δ·φ)², between which trajectories seldom cross. Without a tie there is nothing to decide, and nothing is flipped.
 * Answers w of every layer anew and how many neurons of each network were flipped; undefined where none were.
 */
export const flipped = async (
  backend: Backend,
  { activation, inputs, key }: Flipping,
  { deltas, anchors }: Prior,
  weights: readonly Matrix[],
): Promise<{ readonly weights: readonly Matrix[]; readonly flips: readonly number[] } | undefined> => {
  if (!anchors || !deltas.some((delta) => delta > 0 && delta < Infinity)) return undefined;
  using made = new Owned();
  const flips = deltas.map(() => 0);
  let now = weights;
  for (let layer = 0; layer < weights.length; layer++) {
    using basis = await basisOf(backend, activation, inputs, now, layer);
    using along = backend.product(now[layer]!, basis, { transposeB: true });
    const changes = await tieChanges(backend, { basis, along, now, anchors, layer });
    const width = along.rows;
    const keys = key(layer);
    const chosen = new Float64Array(deltas.length * width);
    deltas.forEach((delta, b) => {
      if (!(delta > 0 && delta < Infinity)) return;
      uniforms(width, keys[b]!).forEach((chance, i) => {
        if (chance >= Math.exp(-delta * changes[b * width + i]!)) return;
        chosen[b * width + i] = 1;
        flips[b]! += 1;
      });
    });
    if (!chosen.includes(1)) continue;
    const moved = [...now];
    moved[layer] = made.keep(reflected(backend, now[layer]!, along, basis, chosen));
    if (layer + 1 < now.length) moved[layer + 1] = made.keep(signed(backend, now[layer + 1]!, chosen));
    now = moved;
  }
  return now === weights ? undefined : { weights: now.map((matrix) => backend.slice(matrix, 0, matrix.batch)), flips };
};

/** Q [B or 1, r, n] of what layer `layer` reads of the training examples. */
const basisOf = async (
  backend: Backend,
  activation: Activation,
  inputs: Matrix,
  weights: readonly Matrix[],
  layer: number,
): Promise<Matrix> => {
  using pass = forward(backend, activation, weights.slice(0, layer + 1), inputs);
  const { from, fanIn } = layerInputs(pass, inputs, layer);
  const { batch, rows } = from;
  const numbers = orthonormalRows(await backend.read(from), { batch, rows, columns: fanIn });
  return backend.upload({ batch, rows, columns: fanIn }, numbers);
};

interface Tie {
  readonly basis: Matrix;
  /** w Qᵀ [B, N, r]. */
  readonly along: Matrix;
  readonly now: readonly Matrix[];
  readonly anchors: readonly Matrix[];
  readonly layer: number;
}

/** ΔU_i/δ, [B, N]. */
const tieChanges = async (backend: Backend, { basis, along, now, anchors, layer }: Tie): Promise<Float64Array> => {
  using across = backend.product(anchors[layer]!, basis, { transposeB: true });
  using both = backend.hadamard(along, across);
  using rows = backend.rowSums(both);
  const changes = (await backend.read(rows)).map((value) => 2 * value);
  const [above, tied] = [now[layer + 1], anchors[layer + 1]];
  if (!above || !tied) return changes;
  using sums = columnSums(backend, above, tied);
  (await backend.read(sums)).forEach((value, at) => (changes[at]! += 2 * value));
  return changes;
};

/** w − 2 s∘(wQᵀ)Q for s of each row, 0 or 1. */
const reflected = (backend: Backend, weights: Matrix, along: Matrix, basis: Matrix, chosen: Float64Array): Matrix => {
  const { batch, rows, columns } = along;
  const spread = new Float64Array(batch * rows * columns);
  chosen.forEach((value, at) => spread.fill(value, at * columns, (at + 1) * columns));
  using which = backend.upload({ batch, rows, columns }, spread);
  using some = backend.hadamard(along, which);
  using shift = backend.product(some, basis);
  return backend.combine([
    [1, weights],
    [-2, shift],
  ]);
};

/** Columns of w with their sign changed where s is 1. */
const signed = (backend: Backend, weights: Matrix, chosen: Float64Array): Matrix => {
  const { batch, rows, columns } = weights;
  const signs = new Float64Array(batch * rows * columns);
  for (let b = 0; b < batch; b++) {
    const row = chosen.subarray(b * columns, (b + 1) * columns).map((value) => 1 - 2 * value);
    for (let j = 0; j < rows; j++) signs.set(row, (b * rows + j) * columns);
  }
  using which = backend.upload({ batch, rows, columns }, signs);
  return backend.hadamard(weights, which);
};
