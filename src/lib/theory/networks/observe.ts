import type { Backend, Matrix } from '$lib/backend/backend';
import { alignmentsUnless } from '$lib/theory/networks/alignments';
import { forward, outputs } from '$lib/theory/networks/forward';
import type { GradientProblem } from '$lib/theory/networks/gradient-steps';
import type { Weights } from '$lib/theory/networks/member';
import type { Stopped } from '$lib/theory/networks/stopped';

/** A batch of B networks, and the sets on which they are looked at. */
export interface Observed {
  readonly problem: GradientProblem;
  readonly weights: Weights;
  /** 1/(γN) of each network. */
  readonly scale: readonly number[];
  readonly testInputs: Matrix;
  /** Σ vφ at the start on the test set, [B, n, 1]; borrowed. */
  readonly testBase: () => Matrix;
}

/** f on the training and test sets, network by network, and the alignment of the features with the labels where it is asked for. */
export interface Observation {
  readonly train: readonly Float64Array[];
  readonly test: readonly Float64Array[];
  readonly alignment: readonly number[];
}

/** What the networks do, see `Observation`; nothing where it was stopped, which is asked between the parts. */
export const observe = async (
  backend: Backend,
  { problem, weights, scale, testInputs, testBase }: Observed,
  stopped: Stopped,
  aligned: boolean,
): Promise<Observation | undefined> => {
  const { activation, inputs, base, labels } = problem;
  const look = async (from: Matrix, startOf: () => Matrix, align: boolean) => {
    if (await stopped()) return undefined;
    const start = startOf();
    if (await stopped()) return undefined;
    using pass = forward(backend, activation, weights.hidden, from);
    if (await stopped()) return undefined;
    const features = pass.values.at(-1)!;
    using raw = outputs(backend, features, weights.readout);
    using f = backend.combine([
      [scale, raw],
      [scale.map((value) => -value), start],
    ]);
    if (await stopped()) return undefined;
    const numbers = await backend.read(f);
    if (await stopped()) return undefined;
    const alignment = align ? await alignmentsUnless(stopped, backend, features, labels) : [];
    return alignment && { f: scale.map((_, b) => numbers.slice(b * f.rows, (b + 1) * f.rows)), alignment };
  };
  const train = await look(inputs, () => base, aligned);
  const test = train && (await look(testInputs, testBase, false));
  return test && { train: train.f, test: test.f, alignment: train.alignment };
};
