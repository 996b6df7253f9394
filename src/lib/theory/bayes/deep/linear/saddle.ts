import { Jet } from '$lib/theory/bayes/deep/linear/jet';
import { forwardLayer, firstImages, type ForwardLayer, type Replicas, type Tie } from '$lib/theory/bayes/deep/linear/replicas';

/** The saddle of a deep linear target, in the eigenbasis of G_t. */
export interface DeepTargetProblem {
  /** Eigenvalues λ of G_t = X_tX_tᵀ/D, [n], all > 0. */
  readonly values: Float64Array;
  /** y_t and z = γ_s X_tX_sᵀΔ_s/D in the eigenbasis, [n]. */
  readonly labels: Float64Array;
  readonly pull: Float64Array;
  /** c of the source, and γ_s²|u_s|². */
  readonly gain: number;
  readonly square: number;
  readonly depth: number;
  readonly tie: Tie;
  readonly temperature: number;
}

/** A solution at some g = γ_t². */
export interface Saddle {
  /** Δ in the eigenbasis is (y − r z)/(T + qλ). */
  readonly q: number;
  readonly r: number;
  readonly dual: Float64Array;
  /** From the first layer to the last. */
  readonly layers: readonly ForwardLayer[];
  /** Conjugates of every layer, in units of g and g². */
  readonly conjugates: readonly Replicas[];
  /** The largest relative amount by which an unknown misses its equation. */
  readonly left: number;
}

interface Evaluated extends Saddle {
  /** What the equations make of the unknowns. */
  readonly made: readonly Jet[];
}

const dualAt = ({ values, labels, pull, temperature }: DeepTargetProblem, q: number, r: number): Float64Array =>
  labels.map((y, i) => (y - r * pull[i]!) / (temperature + q * values[i]!));

/**
 * The equations at unknowns (q, r, and c, e, o of B at layers 2 … L, in units of g): p⁰ from Δ, up the layers, and what comes out for each unknown.
 * Undefined where a layer's law cannot be normalised.
 */
export function evaluateSaddle(problem: DeepTargetProblem, g: number, unknowns: readonly number[]): Evaluated | undefined {
  const { values, pull, depth, gain, square, temperature, tie } = problem;
  const n = unknowns.length;
  const constant = (value: number): Jet => Jet.constant(value, n);
  const [q = NaN, r = NaN] = unknowns;
  if (!(q > 0)) return undefined;
  const dual = dualAt(problem, q, r);
  // k_t = ΔᵀGΔ and k_c = z·Δ with their derivatives by q and r.
  const sums = { k: 0, kByQ: 0, kByR: 0, c: 0, cByQ: 0, cByR: 0 };
  dual.forEach((d, i) => {
    const weight = 1 / (temperature + q * values[i]!);
    const [byQ, byR] = [-values[i]! * weight * d, -pull[i]! * weight];
    sums.k += values[i]! * d * d;
    sums.kByQ += 2 * values[i]! * d * byQ;
    sums.kByR += 2 * values[i]! * d * byR;
    sums.c += pull[i]! * d;
    sums.cByQ += pull[i]! * byQ;
    sums.cByR += pull[i]! * byR;
  });
  const along = (value: number, byQ: number, byR: number): Jet => {
    const slopes = new Float64Array(n);
    slopes[0] = byQ;
    slopes[1] = byR;
    return Jet.of(value, slopes);
  };
  let projections: Replicas = {
    s: square,
    c: along(sums.c, sums.cByQ, sums.cByR),
    e: constant(0),
    o: along(sums.k, sums.kByQ, sums.kByR),
  };
  const [zero, one] = [constant(0), constant(1)];
  let images = firstImages(n);
  const layers: ForwardLayer[] = [];
  const conjugates: Replicas[] = [];
  const made: Jet[] = [zero, zero];
  for (let l = 1; l <= depth; l++) {
    const conjugate = l === depth ? { s: 1, c: zero, e: one, o: zero } : conjugateBelow(unknowns, l, gain ** (depth - l), g, tie);
    const forward = forwardLayer(projections, images, conjugate, g, tie);
    if (!(forward.load.value < 1)) return undefined;
    layers.push(forward);
    conjugates.push(conjugate);
    if (l > 1) made.push(forward.spread.c, forward.spread.e, forward.spread.o);
    ({ projections, images } = forward);
  }
  made[1] = images.e[0].plus(images.o[0]);
  made[0] = images.e[1].plus(images.o[1]);
  // What ties target to source may cancel to nothing: it counts beside what ties as much of u.
  const crossed = 1e-5 * (square > 0 ? Math.sqrt(sums.k / square) : 0);
  const left = made.reduce((most, { value }, i) => {
    const floor = i === 1 ? crossed * q : i > 1 && i % 3 === 2 ? crossed * Math.abs(unknowns[i + 1]!) : 0;
    return Math.max(most, apart(value, unknowns[i]!, floor));
  }, 0);
  return { q, r, dual, layers, conjugates, left, made };
}

const apart = (a: number, b: number, floor: number): number => (a === b ? 0 : Math.abs(a - b) / (Math.abs(a) + Math.abs(b) + floor));

/** The conjugate of layer l < L: c∘B of the layer above, the differences of ρB_d and κ²B_o taken apart. */
function conjugateBelow(unknowns: readonly number[], l: number, s: number, g: number, { kappa, epsilon }: Tie): Replicas {
  const n = unknowns.length;
  const [c, e, o] = [0, 1, 2].map((part) => {
    const at = 2 + 3 * (l - 1) + part;
    return Jet.variable(unknowns[at]!, at, n);
  }) as [Jet, Jet, Jet];
  return {
    s,
    c: c.by(kappa),
    e: e.by(kappa * kappa + epsilon).plus(o.by(g * epsilon)),
    o: o.by(kappa * kappa),
  };
}

/** The lazy end, g = 0, where q is a number, the equation for r is linear, and the layers' B follow from the top down. */
export function lazyEnd(problem: DeepTargetProblem): readonly number[] {
  const { depth } = problem;
  const made = (unknowns: readonly number[]): readonly number[] =>
    evaluateSaddle(problem, 0, unknowns)?.made.map(({ value }) => value) ?? unknowns;
  const others = new Array<number>(3 * (depth - 1)).fill(0);
  const [q = NaN] = made([1, 0, ...others]);
  const [[, atNothing = NaN], [, atOne = NaN]] = [made([q, 0, ...others]), made([q, 1, ...others])];
  let unknowns: readonly number[] = [q, atNothing / (1 - (atOne - atNothing)), ...others];
  for (let round = 0; round < depth; round++) unknowns = [...unknowns.slice(0, 2), ...made(unknowns).slice(2)];
  return newtonSaddle(problem, 0, unknowns) ?? unknowns;
}

/** What the equations may leave over for the solution to count: rounding, which a rich network's 1 − load enlarges. */
export const solved = 1e-9;

/**
 * Newton's method from a start; undefined where it does not arrive. A step into laws that cannot be normalised is halved.
 */
export function newtonSaddle(problem: DeepTargetProblem, g: number, start: readonly number[]): readonly number[] | undefined {
  let unknowns = start;
  let at = evaluateSaddle(problem, g, unknowns);
  let best: { readonly unknowns: readonly number[]; readonly left: number } | undefined;
  for (let iteration = 0; at && iteration < 30; iteration++) {
    if (best && at.left >= best.left && best.left < 1e-11) break;
    if (!best || at.left < best.left) best = { unknowns, left: at.left };
    const step = at.left === 0 ? undefined : newtonStep(at.made, unknowns);
    if (!step) break;
    let next: Evaluated | undefined;
    for (let [halving, share] = [0, 1]; halving < 8 && !next; halving++, share /= 2) {
      const trial = step(share);
      next = evaluateSaddle(problem, g, trial);
      if (next) unknowns = trial;
    }
    at = next;
  }
  return best && best.left < solved ? best.unknowns : undefined;
}

/** q and the e and o of B. */
const isPositive = (i: number): boolean => i === 0 || (i > 1 && i % 3 !== 2);

/**
 * The step for x = f(x), by elimination with scaled pivots; for positive numbers it is one of their logarithms, for log x = log f(x): layers
 * multiply one another.
 */
function newtonStep(made: readonly Jet[], unknowns: readonly number[]): ((share: number) => readonly number[]) | undefined {
  const n = made.length;
  const logarithmic = unknowns.map((value, i) => isPositive(i) && value > 0 && made[i]!.value > 0);
  const size = unknowns.map((value, i) => (logarithmic[i] ? value : Math.max(Math.abs(value), Math.abs(made[i]!.value)) || 1));
  const rows = made.map(({ value, slopes }, i) => {
    const scale = logarithmic[i] ? value : size[i]!;
    const missed = logarithmic[i] ? Math.log(value / unknowns[i]!) : (value - unknowns[i]!) / scale;
    return Float64Array.from({ length: n + 1 }, (_, j) =>
      j === n ? missed : ((i === j ? scale / size[j]! : 0) - slopes[j]!) * (size[j]! / scale),
    );
  });
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const own = rows[k]!;
    if (!(Math.abs(own[k]!) > 0)) return undefined;
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / own[k]!;
      if (factor !== 0) for (let j = k; j <= n; j++) rows[i]![j]! -= factor * own[j]!;
    }
  }
  const step = new Float64Array(n);
  for (let k = n - 1; k >= 0; k--) {
    let sum = rows[k]![n]!;
    for (let j = k + 1; j < n; j++) sum -= rows[k]![j]! * step[j]!;
    step[k] = sum / rows[k]![k]!;
  }
  if (!step.every(Number.isFinite)) return undefined;
  const most = 2;
  return (share) =>
    unknowns.map((value, i) =>
      logarithmic[i] ? value * Math.exp(Math.min(most, Math.max(-most, share * step[i]!))) : value + share * step[i]! * size[i]!,
    );
}
