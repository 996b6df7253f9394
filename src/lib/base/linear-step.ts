/** How a weight goes on under ẇ = −λw − δ(w − w̄) + F over a time with F constant: w ← keep w + pull w̄ + gain F. */
export interface LinearStep {
  readonly keep: number;
  readonly pull: number;
  readonly gain: number;
}

/**
 * The exact solution over dt, for any δ and λ ≥ 0: with a = λ + δ and e = exp(−a dt), keep = e, pull = (1−e)δ/a, gain = (1−e)/a. A weight
 * coupled with δ = ∞ stays where its anchor is; without δ and λ it is Euler's step.
 */
export const linearStep = (delta: number, weightDecay: number, dt: number): LinearStep => {
  if (dt === 0) return { keep: 1, pull: 0, gain: 0 };
  if (delta === Infinity) return { keep: 0, pull: 1, gain: 0 };
  const a = weightDecay + delta;
  if (a === 0) return { keep: 1, pull: 0, gain: dt };
  const moved = -Math.expm1(-a * dt);
  return { keep: 1 - moved, pull: (moved * delta) / a, gain: moved / a };
};
