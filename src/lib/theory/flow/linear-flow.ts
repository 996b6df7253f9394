import { rowKind, rowsOf, stagesFor } from '$lib/backend/chebyshev';

/** K ∘ ⟨v²φ′φ′ᵀ⟩ and Φ on the training set, row-major [P, P]. */
export interface Parts {
  readonly features: Float64Array;
  readonly response: Float64Array;
}

/** f = Φa + Ψc on any rows: the accumulated residuals, [P] each. */
export interface Learned {
  readonly readout: Float64Array;
  readonly layer: Float64Array;
}

const applied = (matrix: Float64Array, vector: Float64Array, into: Float64Array): void => {
  const n = vector.length;
  for (let i = 0; i < into.length; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (matrix[i * n + j] as number) * (vector[j] as number);
    into[i] = (into[i] as number) + sum;
  }
};

/** f on rows whose blocks with the training set are given. */
export const predicted = ({ features, response }: Parts, { readout, layer }: Learned): Float64Array => {
  const f = new Float64Array(features.length / readout.length);
  applied(features, readout, f);
  applied(response, layer, f);
  return f;
};

/** Largest row sum: above the largest eigenvalue. */
const norm = ({ features, response }: Parts, n: number): number => {
  let most = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs((features[i * n + j] as number) + (response[i * n + j] as number));
    most = Math.max(most, sum);
  }
  return most;
};

/** Steps grow by this share of the time that has passed: 0.1 % of the slowest error that matters. */
const growth = 0.05;

/**
 * The flow of stage 2 for γ → 0, `theory.md` §3: no neuron moves by more than order γ, and f = Φa + Ψc with ȧ = Δ, ċ = Δ − δc,
 * Δ = y − f, whose solution for δ = 0 is a = c = Θ⁻¹(1 − e^{−Θt})y. Double precision; what is learned at each of the times, ascending.
 */
export function linearFlow(parts: Parts, labels: Float64Array, delta: number, times: readonly number[]): Learned[] {
  const n = labels.length;
  const stiffness = norm(parts, n);
  const decay = delta === Infinity ? 0 : delta;
  let time = 0;
  // θ of `chebyshev.ts`, c before a: now, a stage earlier, at the start of a step, and the velocities there.
  let now = new Float64Array(2 * n);
  let before = new Float64Array(2 * n);
  const start = new Float64Array(2 * n);
  const force = new Float64Array(n);
  const residual = new Float64Array(n);
  const step = (dt: number): void => {
    for (const row of rowsOf([{ dt, stages: stagesFor(dt, stiffness, decay) }], 0, delta)) {
      const first = row[0] === rowKind.first;
      residual.fill(0);
      applied(parts.features, now.subarray(n), residual);
      applied(parts.response, now.subarray(0, n), residual);
      for (let i = 0; i < n; i++) residual[i] = (labels[i] as number) - (residual[i] as number);
      if (first) {
        start.set(now);
        force.set(residual);
      }
      for (let i = 0; i < 2 * n; i++) {
        const [a0 = 0, a1 = 0, a2 = 0, g1 = 0, g0 = 0] = i < n ? row.slice(1, 6) : row.slice(6, 11);
        const pull = g1 * (residual[i % n] as number);
        before[i] =
          a0 * (start[i] as number) +
          pull +
          (first ? 0 : a1 * (now[i] as number) + a2 * (before[i] as number) + g0 * (force[i % n] as number));
      }
      [now, before] = [before, now];
    }
  };
  return times.map((until) => {
    while (time < until * (1 - 1e-12)) {
      const dt = Math.min(until - time, growth * (time + 1 / stiffness));
      step(dt);
      time += dt;
    }
    return { layer: now.slice(0, n), readout: now.slice(n) };
  });
}
