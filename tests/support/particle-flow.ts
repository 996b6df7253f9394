import { activationFunctions } from '$lib/base/special';
import type { Activation } from '$lib/base/activation';
import type { Task } from '$lib/theory/theory';
import { normals } from './task';

interface Told {
  readonly activation: Activation;
  readonly gamma: number;
  readonly weightDecay: number;
  readonly time: number;
}

/** Particles of `theory.md` §3: w row-major [M, D], v [M]. */
export interface Particles {
  readonly w: Float64Array;
  readonly v: Float64Array;
}

/** M particles from the prior, in pairs (w, v), (w, −v). */
export const startParticles = (count: number, dimension: number, seed: number): Particles => {
  const normal = normals(seed);
  const w = new Float64Array(count * dimension);
  const v = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    v[i] = normal();
    v[i + 1] = -v[i]!;
    for (let k = 0; k < dimension; k++) w[i * dimension + k] = w[(i + 1) * dimension + k] = normal();
  }
  return { w, v };
};

/** f at rows of inputs, f = (1/γ)⟨vφ(w·x/√D)⟩. */
export const outputsOf = ({ w, v }: Particles, { activation, gamma }: Told, inputs: Float64Array, dimension: number): Float64Array => {
  const { value } = activationFunctions[activation];
  return Float64Array.from({ length: inputs.length / dimension }, (_, mu) => {
    let sum = 0;
    for (let i = 0; i < v.length; i++) {
      let h = 0;
      for (let k = 0; k < dimension; k++) h += w[i * dimension + k]! * inputs[mu * dimension + k]!;
      sum += v[i]! * value(h / Math.sqrt(dimension));
    }
    return sum / (gamma * v.length);
  });
};

/**
 * The equations of `theory.md` §3 by the classical Runge–Kutta method, written independently of the product: the losses mean (f − y)² on the
 * training set at `times` (ascending, from 0). `state` is changed in place; `anchor` is w̄ for a coupling δ.
 */
export const particleLosses = (
  state: Particles,
  task: Task,
  told: Told,
  times: readonly number[],
  longest: number,
  coupling?: { readonly delta: number; readonly anchor: Float64Array },
): number[] => {
  const { dimension, trainInputs: x, trainLabels: y } = task;
  const { value, slope } = activationFunctions[told.activation];
  const { gamma, weightDecay } = told;
  // At infinite width f(0) is 0.
  const base = outputsOf(state, told, x, dimension);
  const force = ({ w, v }: Particles): Particles => {
    const residual = outputsOf({ w, v }, told, x, dimension).map((f, mu) => y[mu]! - f + base[mu]!);
    const dw = w.map((one, i) => -weightDecay * one - (coupling ? coupling.delta * (one - coupling.anchor[i]!) : 0));
    const dv = v.map((one) => -weightDecay * one);
    for (let i = 0; i < v.length; i++)
      for (let mu = 0; mu < y.length; mu++) {
        let h = 0;
        for (let k = 0; k < dimension; k++) h += w[i * dimension + k]! * x[mu * dimension + k]!;
        h /= Math.sqrt(dimension);
        dv[i]! += gamma * residual[mu]! * value(h);
        const push = (gamma * residual[mu]! * v[i]! * slope(h)) / Math.sqrt(dimension);
        for (let k = 0; k < dimension; k++) dw[i * dimension + k]! += push * x[mu * dimension + k]!;
      }
    return { w: dw, v: dv };
  };
  const moved = (by: Particles, dt: number): Particles => ({
    w: state.w.map((one, i) => one + dt * by.w[i]!),
    v: state.v.map((one, i) => one + dt * by.v[i]!),
  });
  const loss = (): number => outputsOf(state, told, x, dimension).reduce((sum, f, mu) => sum + (f - base[mu]! - y[mu]!) ** 2, 0) / y.length;
  let now = 0;
  return times.map((time) => {
    const steps = Math.ceil((time - now) / longest);
    for (let step = 0; step < steps; step++) {
      const dt = (time - now) / steps;
      const a = force(state);
      const b = force(moved(a, dt / 2));
      const c = force(moved(b, dt / 2));
      const d = force(moved(c, dt));
      for (const key of ['w', 'v'] as const)
        state[key].forEach((one, i) => (state[key][i] = one + (dt / 6) * (a[key][i]! + 2 * b[key][i]! + 2 * c[key][i]! + d[key][i]!)));
    }
    now = time;
    return loss();
  });
};
