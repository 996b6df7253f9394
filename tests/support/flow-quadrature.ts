import { erf } from '../../src/lib/base/special';
import type { Task } from '../../src/lib/theory/theory';

/**
 * The two stages of gradient flow at infinite width in two dimensions, evaluated without sampling: a Gauss–Hermite grid over the initial
 * law of (w, v), each node moved by the classical Runge–Kutta method with small steps, averages by the quadrature. A fresh readout of stage 2
 * is one more direction of the grid. Shares no code with the product but erf. Double precision.
 */
interface Nodes {
  /** Pairs of first-layer weights. */
  readonly w: Float64Array;
  readonly v: Float64Array;
  readonly weight: Float64Array;
}

export interface Stage {
  readonly task: Task;
  readonly gamma: number;
  readonly time: number;
  readonly decay: number;
  readonly delta: number;
}

/** Nodes and weights for the average over a standard normal: roots of He_n by Newton from below, weights n!/(n He_{n−1})². */
function gaussHermite(n: number): { readonly x: number; readonly weight: number }[] {
  const hermite = (x: number): readonly [number, number] => {
    let before = 0;
    let now = 1;
    // Orthonormal polynomials, which stay of order 1.
    for (let k = 0; k < n; k++) [before, now] = [now, (x * now - Math.sqrt(k) * before) / Math.sqrt(k + 1)];
    return [now, before];
  };
  const roots: number[] = [];
  const reach = 2 * Math.sqrt(n) + 1;
  const cells = 4000;
  for (let cell = 0; cell < cells; cell++) {
    let low = -reach + (2 * reach * cell) / cells;
    let high = -reach + (2 * reach * (cell + 1)) / cells;
    if (hermite(low)[0] > 0 === hermite(high)[0] > 0) continue;
    for (let bisection = 0; bisection < 60; bisection++) {
      const middle = (low + high) / 2;
      if (hermite(low)[0] > 0 === hermite(middle)[0] > 0) low = middle;
      else high = middle;
    }
    roots.push((low + high) / 2);
  }
  if (roots.length !== n) throw new Error(`${roots.length} of ${n} roots`);
  return roots.map((x) => ({ x, weight: 1 / (n * hermite(x)[1] ** 2) }));
}

export function startNodes(ofWeights: number, ofReadout: number): Nodes {
  const grid = gaussHermite(ofWeights);
  const readout = gaussHermite(ofReadout);
  const all = grid.flatMap((a) =>
    grid.flatMap((b) => readout.map((c) => ({ w: [a.x, b.x], v: c.x, weight: a.weight * b.weight * c.weight }))),
  );
  return {
    w: Float64Array.from(all.flatMap(({ w }) => w)),
    v: Float64Array.from(all, ({ v }) => v),
    weight: Float64Array.from(all, ({ weight }) => weight),
  };
}

/** Each node once for every value of a readout drawn anew. */
export function withFreshReadout({ w, weight }: Nodes, ofReadout: number): Nodes {
  const readout = gaussHermite(ofReadout);
  const nodes = weight.length;
  return {
    w: Float64Array.from({ length: 2 * nodes * ofReadout }, (_, i) => w[2 * Math.floor(i / (2 * ofReadout)) + (i % 2)]!),
    v: Float64Array.from({ length: nodes * ofReadout }, (_, i) => readout[i % ofReadout]!.x),
    weight: Float64Array.from({ length: nodes * ofReadout }, (_, i) => weight[Math.floor(i / ofReadout)]! * readout[i % ofReadout]!.weight),
  };
}

const slope = (h: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-h * h);

/** (1/γ)⟨v φ(h)⟩ on rows of two. */
export function outputs({ w, v, weight }: Nodes, gamma: number, inputs: Float64Array): number[] {
  return Array.from({ length: inputs.length / 2 }, (_, p) => {
    let sum = 0;
    for (let k = 0; k < v.length; k++)
      sum += weight[k]! * v[k]! * erf((w[2 * k]! * inputs[2 * p]! + w[2 * k + 1]! * inputs[2 * p + 1]!) / Math.SQRT2);
    return sum / gamma;
  });
}

/** ⟨φφᵀ⟩ on rows of two, row-major. */
export function features({ w, weight }: Nodes, inputs: Float64Array): Float64Array {
  const n = inputs.length / 2;
  const kernel = new Float64Array(n * n);
  const phi = new Float64Array(n);
  for (let k = 0; k < weight.length; k++) {
    for (let p = 0; p < n; p++) phi[p] = erf((w[2 * k]! * inputs[2 * p]! + w[2 * k + 1]! * inputs[2 * p + 1]!) / Math.SQRT2);
    for (let p = 0; p < n; p++) for (let q = 0; q < n; q++) kernel[p * n + q]! += weight[k]! * phi[p]! * phi[q]!;
  }
  return kernel;
}

/** The flow of erf neurons with `offset` subtracted from the output on the training set, in `count` steps. */
export function flowNodes(nodes: Nodes, { task, gamma, time, decay, delta }: Stage, offset: readonly number[], count: number): Nodes {
  const { trainInputs: x, trainLabels: y } = task;
  const examples = y.length;
  const size = nodes.v.length;
  const speed = (w: Float64Array, v: Float64Array): readonly [Float64Array, Float64Array] => {
    const h = new Float64Array(size * examples);
    const residual = y.map((label, p) => label + (offset[p] ?? 0));
    const phi = new Float64Array(size * examples);
    for (let k = 0; k < size; k++)
      for (let p = 0; p < examples; p++) {
        const at = k * examples + p;
        h[at] = (w[2 * k]! * x[2 * p]! + w[2 * k + 1]! * x[2 * p + 1]!) / Math.SQRT2;
        phi[at] = erf(h[at]);
        residual[p]! -= (nodes.weight[k]! * v[k]! * phi[at]) / gamma;
      }
    const dw = new Float64Array(2 * size);
    const dv = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      let a = 0;
      let b = 0;
      let c = 0;
      for (let p = 0; p < examples; p++) {
        const at = k * examples + p;
        const along = (residual[p]! * v[k]! * slope(h[at]!)) / Math.SQRT2;
        a += along * x[2 * p]!;
        b += along * x[2 * p + 1]!;
        c += residual[p]! * phi[at]!;
      }
      dw[2 * k] = gamma * a - decay * w[2 * k]! - delta * (w[2 * k]! - nodes.w[2 * k]!);
      dw[2 * k + 1] = gamma * b - decay * w[2 * k + 1]! - delta * (w[2 * k + 1]! - nodes.w[2 * k + 1]!);
      dv[k] = gamma * c - decay * v[k]!;
    }
    return [dw, dv];
  };
  let w = nodes.w;
  let v = nodes.v;
  const dt = time / count;
  const plus = (a: Float64Array, b: Float64Array, t: number): Float64Array => a.map((value, i) => value + t * b[i]!);
  for (let step = 0; step < count; step++) {
    const [aw, av] = speed(w, v);
    const [bw, bv] = speed(plus(w, aw, dt / 2), plus(v, av, dt / 2));
    const [cw, cv] = speed(plus(w, bw, dt / 2), plus(v, bv, dt / 2));
    const [dw, dv] = speed(plus(w, cw, dt), plus(v, cv, dt));
    w = w.map((value, i) => value + (dt / 6) * (aw[i]! + 2 * bw[i]! + 2 * cw[i]! + dw[i]!));
    v = v.map((value, i) => value + (dt / 6) * (av[i]! + 2 * bv[i]! + 2 * cv[i]! + dv[i]!));
  }
  return { w, v, weight: nodes.weight };
}
