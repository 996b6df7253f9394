import { activationFunctions } from '../../src/lib/base/special';
import type { Task } from '../../src/lib/theory/theory';
import { newton } from './newton';

type Activation = 'erf' | 'relu' | 'tanh' | 'linear';
type Pair = readonly [number, number];
/** A symmetric 2 × 2 matrix: its entries 11, 12, 22. */
type Symmetric = readonly [number, number, number];

/**
 * The network of two hidden layers of theory.md §2 on two training examples by brute force: averages are integrals over the plane of
 * (h₁, h₂) (trapezium rule on a grid fitted to the Gaussian part), Φ̂¹ is the formula with inverses as it stands there, and the fixed point
 * over Φ¹ and Δ is found by Newton. Double precision, no code of the product but φ itself.
 */
export interface DeepPlane {
  readonly first: Symmetric;
  readonly second: Symmetric;
  readonly conjugate: Symmetric;
  readonly dual: Pair;
  readonly test: readonly number[];
  readonly left: number;
}

const inverse = ([a, b, d]: Symmetric): Symmetric => {
  const determinant = a * d - b * b;
  return [d / determinant, -b / determinant, a / determinant];
};
const form = ([a, b, d]: Symmetric, [x, y]: Pair): number => a * x * x + 2 * b * x * y + d * y * y;

interface Law {
  readonly points: readonly Pair[];
  /** Sum to 1. */
  readonly weights: readonly number[];
}

const side = 61;
const reach = 7;

/** p(h) ∝ exp(−½ hᵀ prior⁻¹ h − ½ φ(h)ᵀΦ̂φ(h)) on a grid of z, h = A z, A Aᵀ the prior. */
function lawOf(activation: Activation, prior: Symmetric, conjugate: Symmetric): Law | undefined {
  const { value } = activationFunctions[activation];
  const [a, b, d] = prior;
  if (!(a > 0 && a * d - b * b > 0)) return undefined;
  const [l11, l21] = [Math.sqrt(a), b / Math.sqrt(a)];
  const l22 = Math.sqrt(d - l21 * l21);
  const points: Pair[] = [];
  const exponents: number[] = [];
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) {
      const [x, y] = [(2 * reach * i) / (side - 1) - reach, (2 * reach * j) / (side - 1) - reach];
      const h: Pair = [l11 * x, l21 * x + l22 * y];
      points.push(h);
      exponents.push(-0.5 * (x * x + y * y) - 0.5 * form(conjugate, [value(h[0]), value(h[1])]));
    }
  const most = exponents.reduce((top, e) => Math.max(top, e), -Infinity);
  const weights = exponents.map((e) => Math.exp(e - most));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return { points, weights: weights.map((w) => w / total) };
}

const mean = ({ points, weights }: Law, f: (h: Pair) => number): number =>
  points.reduce((sum, h, i) => sum + (weights[i] ?? NaN) * f(h), 0);

const kernelOf = (activation: Activation, law: Law): Symmetric => {
  const { value } = activationFunctions[activation];
  const features = { points: law.points.map(([x, y]): Pair => [value(x), value(y)]), weights: law.weights };
  return [mean(features, ([x]) => x * x), mean(features, ([x, y]) => x * y), mean(features, ([, y]) => y * y)];
};

/** Normal quantities for ∫ N(0,1) f: the trapezium rule. */
const line = Array.from({ length: 61 }, (_, i) => -7 + (14 * i) / 60).map((x): Pair => [
  x,
  (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * (14 / 60),
]);

export function deepPlane(activation: Activation, task: Task, gamma: number, temperature: number): DeepPlane {
  const { value } = activationFunctions[activation];
  const { dimension, trainInputs, testInputs, trainLabels } = task;
  const [y1 = NaN, y2 = NaN] = trainLabels;
  const row = (inputs: Float64Array, p: number): Float64Array => inputs.subarray(p * dimension, (p + 1) * dimension);
  const overlap = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + x * (b[k] ?? NaN), 0) / dimension;
  const [x1, x2] = [row(trainInputs, 0), row(trainInputs, 1)];
  const prior: Symmetric = [overlap(x1, x1), overlap(x1, x2), overlap(x2, x2)];

  const all = (unknown: readonly number[], richness: number) => {
    const [a = NaN, b = NaN, d = NaN, d1 = NaN, d2 = NaN] = unknown;
    const first: Symmetric = [a, b, d];
    const g = -richness * richness;
    const last = lawOf(activation, first, [g * d1 * d1, g * d1 * d2, g * d2 * d2]);
    if (!last) return undefined;
    const own = inverse(first);
    const pushed =
      (k: 0 | 1) =>
      ([u, v]: Pair): number =>
        k === 0 ? own[0] * u + own[1] * v : own[1] * u + own[2] * v;
    const moment = (k: 0 | 1, l: 0 | 1): number => mean(last, (h) => pushed(k)(h) * pushed(l)(h));
    const conjugate: Symmetric = [own[0] - moment(0, 0), own[1] - moment(0, 1), own[2] - moment(1, 1)];
    const below = lawOf(activation, prior, conjugate);
    if (!below) return undefined;
    const second = kernelOf(activation, last);
    const found = kernelOf(activation, below);
    return {
      first,
      second,
      conjugate,
      last,
      below,
      missed: [
        found[0] - a,
        found[1] - b,
        found[2] - d,
        y1 - temperature * d1 - second[0] * d1 - second[1] * d2,
        y2 - temperature * d2 - second[1] * d1 - second[2] * d2,
      ],
    };
  };

  const lazyLaw = lawOf(activation, prior, [0, 0, 0]);
  if (!lazyLaw) throw new Error('two examples that are the same');
  let unknown: readonly number[] = [...kernelOf(activation, lazyLaw), 0, 0];
  let left = Infinity;
  const stages = Math.max(1, Math.ceil(gamma));
  for (let stage = 0; stage <= stages; stage++)
    ({ at: unknown, left } = newton((trial) => all(trial, (gamma * stage) / stages)?.missed, unknown));
  const solved = all(unknown, gamma);
  if (!solved) throw new Error('left the domain');
  const [, , , d1 = NaN, d2 = NaN] = unknown;

  /** What h of a test example is beyond h of the training examples: its regression and the rest of its variance. */
  const conditional = (kernel: Symmetric, [c1, c2]: Pair, variance: number) => {
    const own = inverse(kernel);
    const r: Pair = [own[0] * c1 + own[1] * c2, own[1] * c1 + own[2] * c2];
    return { r, spread: Math.sqrt(Math.max(0, variance - r[0] * c1 - r[1] * c2)) };
  };
  const average = (law: Law, { r, spread }: ReturnType<typeof conditional>, f: (h: Pair, test: number) => number): number =>
    mean(law, (h) => line.reduce((sum, [x, w]) => sum + w * f(h, value(r[0] * h[0] + r[1] * h[1] + spread * x)), 0));
  const test = Array.from({ length: testInputs.length / dimension }, (_, p) => {
    const x = row(testInputs, p);
    const one = conditional(prior, [overlap(x, x1), overlap(x, x2)], overlap(x, x));
    const c: Pair = [average(solved.below, one, ([h], f) => value(h) * f), average(solved.below, one, ([, h], f) => value(h) * f)];
    const two = conditional(
      solved.first,
      c,
      average(solved.below, one, (_h, f) => f * f),
    );
    return average(solved.last, two, ([h1, h2], f) => f * (d1 * value(h1) + d2 * value(h2)));
  });
  return { first: solved.first, second: solved.second, conjugate: solved.conjugate, dual: [d1, d2], test, left };
}
