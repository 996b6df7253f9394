import type { Activation } from '$lib/base/activation';
import { linearStep, type LinearStep } from '$lib/base/linear-step';
import type { Backend, Matrix } from '$lib/backend/backend';
import { backward, forward, outputs } from '$lib/theory/networks/forward';
import type { Weights } from '$lib/theory/networks/member';

/** What a batch of networks is trained on; base outputs f(0) are taken off. All shapes [B or 1, …]. */
export interface GradientProblem {
  readonly activation: Activation;
  /** X [·, P, D] and y [·, P, 1]. */
  readonly inputs: Matrix;
  readonly labels: Matrix;
  /** Σ vφ at the start, [B, P, 1]. */
  readonly base: Matrix;
  /** w̄ of each layer; absent where no member is coupled. */
  readonly anchors?: readonly Matrix[];
  readonly points: readonly { readonly gamma: number; readonly delta: number; readonly weightDecay: number }[];
}

/**
 * `count` steps of lengths dt[b], in place, along the flow of theory.md §3 at width N and any depth:
 *
 *     f = (1/(γN)) Σ v φ(h^L) − f(0),   Δ = y − f,
 *     ẇ^l = γ Σ_μ Δ_μ g^l_μ φ(h^{l−1}_μ)ᵀ/√n − λw^l − δ(w^l − w̄^l),   v̇ = γ Σ_μ Δ_μ φ(h^L_μ) − λv,
 *
 * g^l the derivative of Σ vφ with respect to h^l and n the layer's inputs (D, then N): every weight learns at the rate γ²N, under which
 * features move at a rate that does not depend on N in any layer (maximal-update parameterisation: Yang and Hu 2021; Bordelon and
 * Pehlevan 2022, whose γ₀ is this γ). The pulls of λ and δ are linear and taken exactly: with a = λ + δ, e = exp(−a dt),
 * w ← w̄δ/a + e(w − w̄δ/a) + ((1−e)/a) γ Σ…; for small a it is the plain step.
 */
export const gradientSteps = (
  backend: Backend,
  problem: GradientProblem,
  { hidden, readout }: Weights,
  dt: readonly number[],
  count: number,
): void => {
  const hiddenStep = problem.points.map(({ delta, weightDecay }, b) => linearStep(delta, weightDecay, dt[b]!));
  const readoutStep = problem.points.map(({ weightDecay }, b) => linearStep(0, weightDecay, dt[b]!));
  const gains = (steps: readonly LinearStep[], inputs: number): number[] =>
    steps.map(({ gain }, b) => (gain * problem.points[b]!.gamma) / Math.sqrt(inputs));
  for (let step = 0; step < count; step++) {
    using pass = forward(backend, problem.activation, hidden, problem.inputs, true);
    const last = pass.values[hidden.length - 1]!;
    using raw = outputs(backend, last, readout);
    using residual = residualOf(backend, problem, raw, readout.rows);
    const signals = backward(backend, hidden, readout, pass, residual);
    using push = backend.product(last, residual);
    backend.combine(
      [
        [readoutStep.map(({ keep }) => keep), readout],
        [gains(readoutStep, 1), push],
      ],
      readout,
    );
    hidden.forEach((weights, layer) => {
      using force = backend.product(signals[layer]!, layer === 0 ? problem.inputs : pass.columns[layer - 1]!);
      const anchor = problem.anchors?.[layer];
      backend.combine(
        [
          [hiddenStep.map(({ keep }) => keep), weights],
          [gains(hiddenStep, weights.columns), force],
          ...(anchor ? [[hiddenStep.map(({ pull }) => pull), anchor] as const] : []),
        ],
        weights,
      );
    });
    for (const signal of signals) signal[Symbol.dispose]();
  }
};

/** Δ = y − (Σvφ − its start)/(γN), [B, P, 1]. */
export const residualOf = (backend: Backend, { labels, base, points }: GradientProblem, raw: Matrix, width: number): Matrix => {
  const scale = points.map(({ gamma }) => 1 / (gamma * width));
  return backend.combine([
    [1, labels],
    [scale.map((value) => -value), raw],
    [scale, base],
  ]);
};
