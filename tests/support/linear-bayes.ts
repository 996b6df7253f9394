/**
 * An independent evaluation of the linear mean-field posterior, for the tests: the self-consistency equation
 * y − TΔ − Φ(Δ)Δ = 0 with Φ = X C Xᵀ/D and C written out as dense matrices, solved by Newton with a Jacobian by finite
 * differences and continuation in γ. Shares no code and no algebra with the product. Double precision.
 */
type Dense = number[][];

const multiply = (a: Dense, b: Dense): Dense =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? NaN), 0)));
const transpose = (a: Dense): Dense => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? NaN));
const apply = (a: Dense, v: readonly number[]): number[] => a.map((row) => row.reduce((sum, value, k) => sum + value * (v[k] ?? NaN), 0));
const identity = (n: number): Dense => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_unused, j) => (i === j ? 1 : 0)));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
const norm = (v: readonly number[]): number => Math.sqrt(dot(v, v));

/** A⁻¹ B by Gaussian elimination with partial pivoting. */
export function eliminate(a: Dense, b: Dense): Dense {
  const rows = a.map((row, i) => [...row, ...(b[i] ?? [])]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    let best = i;
    for (let k = i; k < n; k++) if (Math.abs(rows[k]?.[i] ?? 0) > Math.abs(rows[best]?.[i] ?? 0)) best = k;
    const pivot = rows[best] ?? [];
    rows[best] = rows[i] ?? [];
    rows[i] = pivot;
    for (let k = 0; k < n; k++) {
      const row = rows[k] ?? [];
      const factor = k === i ? 0 : (row[i] ?? NaN) / (pivot[i] ?? NaN);
      if (factor !== 0) for (let j = i; j < row.length; j++) row[j] = (row[j] ?? NaN) - factor * (pivot[j] ?? NaN);
    }
  }
  return rows.map((row, i) => row.slice(n).map((value) => value / (row[i] ?? NaN)));
}

export interface DenseProblem {
  readonly inputs: Dense;
  readonly labels: readonly number[];
  readonly gamma: number;
  readonly temperature: number;
  readonly delta: number;
  /** C_s, [D, D]; nothing for a source. */
  readonly source?: Dense;
}

/** C for a given Δ; undefined where the posterior is not normalisable. */
function covariance(problem: DenseProblem, gamma: number, dual: readonly number[]): Dense | undefined {
  const dimension = problem.inputs[0]?.length ?? 0;
  const u = apply(transpose(problem.inputs), dual).map((value) => value / Math.sqrt(dimension));
  const a = 1 + problem.delta;
  if (gamma * gamma * dot(u, u) >= a) return undefined;
  const precision = identity(dimension).map((row, i) => row.map((value, j) => a * value - gamma * gamma * (u[i] ?? NaN) * (u[j] ?? NaN)));
  const m = eliminate(precision, identity(dimension));
  if (!problem.source || problem.delta === 0) return m;
  const quenched = multiply(multiply(m, problem.source), m);
  return m.map((row, i) => row.map((value, j) => value + problem.delta ** 2 * (quenched[i]?.[j] ?? NaN)));
}

const kernel = (inputs: Dense, c: Dense): Dense =>
  multiply(multiply(inputs, c), transpose(inputs)).map((row) => row.map((value) => value / (inputs[0]?.length ?? NaN)));

/** Solves for Δ and returns it with C, [D, D]. */
export function solveDense(problem: DenseProblem): { readonly dual: number[]; readonly covariance: Dense } {
  const { inputs, labels, temperature } = problem;
  const defect = (gamma: number, dual: readonly number[]): number[] | undefined => {
    const c = covariance(problem, gamma, dual);
    if (!c) return undefined;
    const predicted = apply(kernel(inputs, c), dual);
    return labels.map((y, p) => y - temperature * (dual[p] ?? NaN) - (predicted[p] ?? NaN));
  };
  let dual = labels.map(() => 0);
  const continuation = 12;
  for (let stage = 0; stage <= continuation; stage++) {
    const gamma = (problem.gamma * stage) / continuation;
    // A larger γ may put the last Δ outside the domain: bring it back in.
    while (!defect(gamma, dual)) dual = dual.map((value) => 0.9 * value);
    for (let iteration = 0; iteration < 60; iteration++) {
      const here = defect(gamma, dual) ?? [];
      const size = 1e-7 * (norm(dual) / Math.sqrt(dual.length) + 1e-3);
      const columns = dual.map((_, j) => {
        const shifted = (sign: number): number[] =>
          defect(
            gamma,
            dual.map((value, i) => (i === j ? value + sign * size : value)),
          ) ?? [];
        const plus = shifted(1);
        const minus = shifted(-1);
        return plus.map((value, i) => (value - (minus[i] ?? NaN)) / (2 * size));
      });
      const step = eliminate(
        transpose(columns),
        here.map((value) => [-value]),
      ).map(([value]) => value ?? NaN);
      let scale = 1;
      let next: number[] | undefined;
      for (; scale > 1e-6; scale /= 2) {
        next = dual.map((value, i) => value + scale * (step[i] ?? NaN));
        const there = defect(gamma, next);
        if (there && norm(there) < norm(here)) break;
      }
      if (scale <= 1e-6 || !next) break;
      dual = next;
    }
  }
  const c = covariance(problem, problem.gamma, dual);
  if (!c) throw new Error('left the domain');
  return { dual, covariance: c };
}

/** f on rows x, given the solution on the training rows: x C XᵀΔ/D. */
export function predictDense(rows: Dense, problem: DenseProblem, solution: { dual: readonly number[]; covariance: Dense }): number[] {
  const dimension = rows[0]?.length ?? 0;
  const slope = apply(solution.covariance, apply(transpose(problem.inputs), solution.dual));
  return rows.map((row) => dot(row, slope) / dimension);
}
