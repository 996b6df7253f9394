import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import { Owned } from '$lib/theory/owned';

/**
 * φ of every hidden layer on inputs [1 or B, n, D]: h¹ = w¹x/√D, h^{l+1} = w^{l+1}φ(h^l)/√N, each [B, N, n]. With `slopes` φ′ beside them.
 * `columns` are the same values as rows of examples, [B, n, N], for all layers but the last (what the next layer reads).
 */
export interface Pass {
  readonly values: readonly Matrix[];
  readonly slopes: readonly Matrix[];
  readonly columns: readonly Matrix[];
  [Symbol.dispose](): void;
}

export const forward = (backend: Backend, activation: Activation, hidden: readonly Matrix[], inputs: Matrix, slopes = false): Pass => {
  const pass = { values: [] as Matrix[], slopes: [] as Matrix[], columns: [] as Matrix[] };
  let from = inputs;
  hidden.forEach((weights, layer) => {
    const made = backend.features(activation, weights, from, slopes);
    pass.values.push(made.values);
    if (made.slopes) pass.slopes.push(made.slopes);
    if (layer + 1 < hidden.length) {
      from = backend.transpose(made.values);
      pass.columns.push(from);
    }
  });
  return {
    ...pass,
    [Symbol.dispose]: () => {
      for (const matrix of [...pass.values, ...pass.slopes, ...pass.columns]) matrix[Symbol.dispose]();
    },
  };
};

/** φ of the last hidden layer of network `member` on inputs [1 or B, n, D], as rows of examples: [n, N]. */
export const readFeatures = async (
  backend: Backend,
  activation: Activation,
  weights: readonly Matrix[],
  inputs: Matrix,
  member: number,
): Promise<Float64Array> => {
  using made = new Owned();
  using own = backend.slice(inputs, inputs.batch === 1 ? 0 : member);
  const hidden = weights.map((matrix) => made.keep(backend.slice(matrix, member)));
  using pass = forward(backend, activation, hidden, own);
  using rows = backend.transpose(pass.values.at(-1)!);
  return await backend.read(rows);
};

/** Σ_i v_i φ_iμ, [B, n, 1], for the last layer's values [B, N, n]. */
export const outputs = (backend: Backend, values: Matrix, readout: Matrix): Matrix =>
  backend.product(values, readout, { transposeA: true });

/** What layer `layer` reads of a pass from `inputs`, as rows of examples, and how many numbers that are an example. */
export const layerInputs = ({ columns }: Pass, inputs: Matrix, layer: number): { readonly from: Matrix; readonly fanIn: number } => {
  const from = layer === 0 ? inputs : columns[layer - 1]!;
  return { from, fanIn: from.columns };
};

/**
 * For each layer what Σ_i v_iφ_i of an example changes by with h^l, times `per` ([B, n, 1]) for that example: [B, N, n], first layer first.
 * The last layer's is v φ′, the others' (w^{l+1})ᵀ of the next one's times φ′/√N.
 */
export const backward = (backend: Backend, hidden: readonly Matrix[], readout: Matrix, pass: Pass, per: Matrix): Matrix[] => {
  using row = backend.reshape(per, { batch: per.batch, rows: 1, columns: per.rows });
  using top = backend.product(readout, row);
  return backwardFrom(backend, hidden, pass, backend.hadamard(top, pass.slopes[hidden.length - 1]!));
};

/** The derivatives with respect to h of every layer, [B, N, n], first layer first, from the last layer's, which is one of them. */
export const backwardFrom = (backend: Backend, hidden: readonly Matrix[], pass: Pass, top: Matrix): Matrix[] => {
  const signals = [top];
  let signal = top;
  for (let layer = hidden.length - 1; layer > 0; layer--) {
    using back = backend.product(hidden[layer]!, signal, { transposeA: true, alpha: 1 / Math.sqrt(hidden[layer]!.columns) });
    signal = backend.hadamard(back, pass.slopes[layer - 1]!);
    signals.unshift(signal);
  }
  return signals;
};
