import type { Activation } from '../../src/lib/base/activation';
import { activationFunctions } from '../../src/lib/base/special';

/**
 * The mean-field posterior of theory.md §2 for two-dimensional inputs by brute force: densities on a square grid of weights
 * (trapezium rule), Δ by damped Newton on the concave Γ. Double precision, no particles, no code of the product but φ itself.
 */
export interface Grid {
  /** The square is [−halfWidth, halfWidth]². */
  readonly halfWidth: number;
  /** Points a side. */
  readonly points: number;
}

export interface QuadratureProblem {
  readonly activation: Activation;
  /** Rows of two numbers. */
  readonly inputs: readonly (readonly [number, number])[];
  readonly labels: readonly number[];
  readonly gamma: number;
  readonly temperature: number;
}

/** Density of w over the grid (sums to 1) and the dual. */
export interface GridLaw {
  readonly grid: Grid;
  readonly activation: Activation;
  readonly inputs: readonly (readonly [number, number])[];
  readonly density: Float64Array;
  readonly dual: readonly number[];
}

const axis = ({ halfWidth, points }: Grid): number[] =>
  Array.from({ length: points }, (_, i) => -halfWidth + (2 * halfWidth * i) / (points - 1));

/** φ of every row at every grid point: [rows][points²], first weight outermost. */
export function quadratureFeatures(activation: Activation, rows: readonly (readonly [number, number])[], grid: Grid): Float64Array[] {
  const { value } = activationFunctions[activation];
  const t = axis(grid);
  return rows.map(([x0, x1]) => {
    const table = new Float64Array(t.length ** 2);
    for (let i = 0; i < t.length; i++)
      for (let j = 0; j < t.length; j++) table[i * t.length + j] = value(((t[i] as number) * x0 + (t[j] as number) * x1) / Math.SQRT2);
    return table;
  });
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** (A, row-major n × n)⁻¹ b by elimination with pivoting. */
function solveSystem(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i] as number]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    let best = i;
    for (let k = i; k < n; k++)
      if (Math.abs((rows[k] as number[])[i] as number) > Math.abs((rows[best] as number[])[i] as number)) best = k;
    const pivot = rows[best] as number[];
    rows[best] = rows[i] as number[];
    rows[i] = pivot;
    for (let k = 0; k < n; k++) {
      const row = rows[k] as number[];
      const factor = k === i ? 0 : (row[i] as number) / (pivot[i] as number);
      if (factor !== 0) for (let j = i; j <= n; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}

/** Value, kernel, fluctuations Cov(φs, φs) within one anchor, and density at a Δ; value −∞ where it cannot be evaluated. */
interface Evaluation {
  readonly free: number;
  readonly kernel: number[][];
  readonly covariance: number[][];
  readonly density: Float64Array;
}

/** Maximises y·Δ − (T/2)|Δ|² − γ⁻² F(Δ), F = E log ∫ π exp(½γ²s²); `evaluate(Δ, all)` gives F, and the rest when `all`. */
function maximise(
  problem: QuadratureProblem,
  evaluate: (dual: readonly number[], all: boolean) => Evaluation | undefined,
): { dual: number[]; density: Float64Array } {
  const { labels, temperature, gamma } = problem;
  let dual = labels.map(() => 0);
  const value = (d: readonly number[], free: number): number => dot(labels, d) - 0.5 * temperature * dot(d, d) - free / gamma ** 2;
  for (let iteration = 0; iteration < 100; iteration++) {
    const here = evaluate(dual, true);
    if (!here) throw new Error('quadrature: left the domain');
    const gradient = labels.map((y, p) => y - temperature * (dual[p] as number) - dot(here.kernel[p] as number[], dual));
    const curvature = here.kernel.map((row, p) =>
      row.map((entry, q) => entry + gamma ** 2 * ((here.covariance[p] as number[])[q] as number) + (p === q ? temperature : 0)),
    );
    const step = solveSystem(curvature, gradient);
    const decrement = dot(step, gradient);
    if (decrement < 1e-20) return { dual, density: here.density };
    const before = value(dual, here.free);
    let scale = 1;
    let next = dual;
    for (; scale > 1e-8; scale /= 2) {
      next = dual.map((d, p) => d + scale * (step[p] as number));
      const there = evaluate(next, false);
      if (there && (decrement < 1e-10 || value(next, there.free) >= before + 0.1 * scale * decrement)) break;
    }
    dual = next;
  }
  throw new Error('quadrature: Newton did not arrive');
}

/** exp(½γ²s²) over the grid, divided by its maximum e^offset; undefined beyond double range. */
function tilt(
  features: readonly Float64Array[],
  dual: readonly number[],
  gamma: number,
): { s: Float64Array; weight: Float64Array; offset: number } | undefined {
  const size = (features[0] as Float64Array).length;
  const s = new Float64Array(size);
  features.forEach((table, p) => {
    for (let i = 0; i < size; i++) s[i] = (s[i] as number) + (dual[p] as number) * (table[i] as number);
  });
  let offset = 0;
  for (let i = 0; i < size; i++) offset = Math.max(offset, 0.5 * (gamma * (s[i] as number)) ** 2);
  if (!(offset < 650)) return undefined;
  return { s, weight: s.map((v) => Math.exp(0.5 * (gamma * v) ** 2 - offset)), offset };
}

/** Σ density·f_p·g_q. */
const moments = (left: readonly Float64Array[], density: Float64Array): number[][] => {
  const weighted = left.map((table) => table.map((v, i) => v * (density[i] as number)));
  const out = left.map(() => left.map(() => 0));
  left.forEach((table, p) => {
    for (let q = 0; q <= p; q++) {
      const sum = dot(table, weighted[q] as Float64Array);
      (out[p] as number[])[q] = sum;
      (out[q] as number[])[p] = sum;
    }
  });
  return out;
};

/** The source: p(w) ∝ exp(−½|w|² + ½γ²s²). */
export function quadratureSource(problem: QuadratureProblem, grid: Grid): GridLaw {
  const features = quadratureFeatures(problem.activation, problem.inputs, grid);
  const t = axis(grid);
  const line = t.map((v) => Math.exp(-0.5 * v * v));
  const prior = Float64Array.from(line.flatMap((a) => line.map((b) => a * b)));
  const total = prior.reduce((a, b) => a + b, 0);
  const { dual, density } = maximise(problem, (d, all) => {
    const tilted = tilt(features, d, problem.gamma);
    if (!tilted) return undefined;
    const law = tilted.weight.map((v, i) => v * (prior[i] as number));
    const mass = law.reduce((a, b) => a + b, 0);
    const free = Math.log(mass / total) + tilted.offset;
    if (!all) return { free, kernel: [], covariance: [], density: law };
    const normalised = law.map((v) => v / mass);
    const fs = features.map((table) => table.map((v, i) => v * (tilted.s[i] as number)));
    const means = fs.map((table) => dot(table, normalised));
    const second = moments(fs, normalised);
    return {
      free,
      kernel: moments(features, normalised),
      covariance: second.map((row, p) => row.map((v, q) => v - (means[p] as number) * (means[q] as number))),
      density: normalised,
    };
  });
  return { grid, activation: problem.activation, inputs: problem.inputs, density, dual };
}

/**
 * The target coupled with δ to a source law on the same grid: for every anchor w̄ of the grid the conditional prior
 * N(κw̄, I/(1+δ)) is a product of two lines, so that normalisers and averages are convolutions. The step of the grid must be
 * smaller than the width 1/√(1+δ).
 */
export function quadratureTarget(problem: QuadratureProblem, delta: number, source: GridLaw): GridLaw {
  const { grid } = source;
  const t = axis(grid);
  const n = t.length;
  const kappa = delta / (1 + delta);
  // transition[a][i] = π(t_i | t_a), normalised on the line.
  const transition = t.map((anchor) => {
    const line = t.map((v) => Math.exp(-0.5 * (1 + delta) * (v - kappa * anchor) ** 2));
    const mass = line.reduce((a, b) => a + b, 0);
    return Float64Array.from(line, (v) => v / mass);
  });
  const columns = t.map((_, i) => Float64Array.from(transition, (row) => row[i] as number));
  /** Along both axes: out[a][b] = Σ rows[a][i] rows[b][j] field[i][j]. */
  const convolve = (rows: readonly Float64Array[], field: Float64Array): Float64Array => {
    const half = new Float64Array(n * n);
    for (let a = 0; a < n; a++)
      for (let i = 0; i < n; i++) {
        const factor = (rows[a] as Float64Array)[i] as number;
        if (factor > 1e-18)
          for (let j = 0; j < n; j++) half[a * n + j] = (half[a * n + j] as number) + factor * (field[i * n + j] as number);
      }
    const out = new Float64Array(n * n);
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) out[a * n + b] = dot(rows[b] as Float64Array, half.subarray(a * n, (a + 1) * n));
    return out;
  };
  const features = quadratureFeatures(problem.activation, problem.inputs, grid);
  const anchors = source.density;
  const { dual, density } = maximise(problem, (d, all) => {
    const tilted = tilt(features, d, problem.gamma);
    if (!tilted) return undefined;
    const normaliser = convolve(transition, tilted.weight);
    let free = tilted.offset;
    for (let i = 0; i < n * n; i++) if ((anchors[i] as number) > 0) free += (anchors[i] as number) * Math.log(normaliser[i] as number);
    if (!Number.isFinite(free)) return undefined;
    if (!all) return { free, kernel: [], covariance: [], density: anchors };
    const back = convolve(
      columns,
      anchors.map((p, i) => (p > 0 ? p / (normaliser[i] as number) : 0)),
    );
    const law = tilted.weight.map((v, i) => v * (back[i] as number));
    const fs = features.map((table) => table.map((v, i) => v * (tilted.s[i] as number)));
    const second = moments(fs, law);
    // Means for each anchor: the covariance is within an anchor, not over all.
    const means = fs.map((table) =>
      convolve(
        transition,
        table.map((v, i) => v * (tilted.weight[i] as number)),
      ).map((v, i) => v / (normaliser[i] as number)),
    );
    const between = moments(means, anchors);
    return {
      free,
      kernel: moments(features, law),
      covariance: second.map((row, p) => row.map((v, q) => v - ((between[p] as number[])[q] as number))),
      density: law,
    };
  });
  return { grid, activation: problem.activation, inputs: problem.inputs, density, dual };
}

/** f(x) = ⟨φ(x) Δ·φ⟩ on new rows. */
export function quadraturePredict(law: GridLaw, rows: readonly (readonly [number, number])[]): number[] {
  const tables = quadratureFeatures(law.activation, law.inputs, law.grid);
  const weighted = law.density.map((p, i) => p * tables.reduce((sum, table, q) => sum + (law.dual[q] as number) * (table[i] as number), 0));
  return quadratureFeatures(law.activation, rows, law.grid).map((table) => dot(table, weighted));
}
