import { preactivations } from '$lib/theory/bayes/closed';
import { firstImages, tiedImages, type Tie } from '$lib/theory/bayes/deep/linear/replicas';
import type { Saddle } from '$lib/theory/bayes/deep/linear/saddle';
import type { Jet } from '$lib/theory/bayes/deep/linear/jet';

/** A covariance of weights, scale · I + Σ_ij strengths[i][j] d_i d_jᵀ, so that Φ(x, x′) = x C x′ᵀ/D; not symmetric between two networks. */
export interface Covariance {
  readonly scale: number;
  readonly directions: readonly Float64Array[];
  readonly strengths: readonly (readonly number[])[];
}

/** The covariances of one layer's features. */
export interface LayerCovariances {
  /** Of the network itself. */
  readonly own: Covariance;
  /** For a target: between two targets of one source, and between the source (rows) and the target. */
  readonly twins?: Covariance;
  readonly cross?: Covariance;
}

type Square = readonly [readonly [number, number], readonly [number, number]];
type Pair = readonly [number, number];

const numbersOf = ([a, b]: readonly [Jet, Jet]): Pair => [a.value, b.value];

/** Σ of factors times matrices. */
const sum = (...terms: readonly (readonly [number, Square])[]): Square => {
  const at = (i: 0 | 1, j: 0 | 1): number => terms.reduce((total, [factor, matrix]) => total + factor * matrix[i][j], 0);
  return [
    [at(0, 0), at(0, 1)],
    [at(1, 0), at(1, 1)],
  ];
};

const outer = (a: Pair, b: Pair): Square => [
  [a[0] * b[0], a[0] * b[1]],
  [a[1] * b[0], a[1] * b[1]],
];

const mix = (...terms: readonly (readonly [number, Pair])[]): Pair => [
  terms.reduce((total, [factor, vector]) => total + factor * vector[0], 0),
  terms.reduce((total, [factor, vector]) => total + factor * vector[1], 0),
];

/**
 * What the solution says of every layer: S^l = c∘S^{l−1} + Σ⁰w B (Σ⁰w)ᵀ (`replicas.ts`), in the coordinates of the directions (γ_s u_s, u_t).
 * `gain` is the source's c.
 */
export function layerCovariances(
  { layers }: Saddle,
  depth: number,
  gain: number,
  g: number,
  tie: Tie,
  directions: readonly [Float64Array, Float64Array],
): readonly LayerCovariances[] {
  const none: Square = [
    [0, 0],
    [0, 0],
  ];
  const { kappa, epsilon } = tie;
  const rho = kappa * kappa + epsilon;
  // Multiples of I, and coordinates of the rest.
  let scales = { c: 1, e: 0, o: 1 };
  let rest = { c: none, e: none, o: none };
  let images = firstImages(0);
  return layers.map((layer, index) => {
    const under = tiedImages(images, tie);
    const v = { s: numbersOf(under.s), st: numbersOf(under.st), ts: numbersOf(under.ts), e: numbersOf(under.e), o: numbersOf(under.o) };
    const b = {
      s: gain ** (depth - index - 1) * gain,
      c: g * layer.spread.c.value,
      e: g * layer.spread.e.value,
      o: g * g * layer.spread.o.value,
    };
    const w = {
      s: mix([b.s, v.s]),
      st: mix([b.c, v.s], [b.e, v.st]),
      ts: mix([b.s, v.ts], [b.c, v.e]),
      e: mix([b.e, v.e]),
      o: mix([b.c, v.ts], [b.o, v.e], [b.e, v.o]),
    };
    rest = {
      c: sum([kappa, rest.c], [1, outer(w.s, v.ts)], [1, outer(w.st, v.e)]),
      e: sum([rho, rest.e], [epsilon, rest.o], [1, outer(w.e, v.e)]),
      o: sum([kappa * kappa, rest.o], [1, outer(w.ts, v.ts)], [1, outer(w.e, v.o)], [1, outer(w.o, v.e)]),
    };
    scales = { c: kappa * scales.c, e: rho * scales.e + epsilon * scales.o, o: kappa * kappa * scales.o };
    images = layer.images;
    const made = (scale: number, strengths: Square): Covariance => ({ scale, directions, strengths });
    return {
      own: made(scales.e + scales.o, sum([1, rest.e], [1, rest.o])),
      twins: made(scales.o, rest.o),
      cross: made(scales.c, rest.c),
    };
  });
}

/** x C x′ᵀ/D at x′ = x, for every row, [n]. */
export function diagonalOf({ scale, directions, strengths }: Covariance, inputs: Float64Array, dimension: number): Float64Array {
  const seen = directions.map((direction) => preactivations(inputs, direction));
  return Float64Array.from({ length: inputs.length / dimension }, (_, row) => {
    const x = inputs.subarray(row * dimension, (row + 1) * dimension);
    let value = (scale * x.reduce((total, entry) => total + entry * entry, 0)) / dimension;
    strengths.forEach((line, i) => {
      line.forEach((strength, j) => (value += strength * (seen[i]?.[row] ?? NaN) * (seen[j]?.[row] ?? NaN)));
    });
    return value;
  });
}
