import type { Backend, Matrix } from '$lib/backend/backend';
import { backward, forward } from '$lib/theory/networks/forward';
import type { GradientProblem } from '$lib/theory/networks/gradient-steps';
import type { Weights } from '$lib/theory/networks/member';
import type { Stopped } from '$lib/theory/networks/stopped';
import { Owned } from '$lib/theory/owned';

/** Multiplications of the power iteration: they find a largest eigenvalue to a few per cent, from below. */
const iterations = 10;

/**
 * Largest eigenvalue of each network's tangent kernel, the rate of the fastest mode of Δ̇ = −ΘΔ:
 * Θ = (1/N)[φᵀφ + Σ_l (gˡᵀgˡ) ∘ Φ^{l−1}], Φ⁰ = XXᵀ/D, Φ^l = φᵀφ/N (theory.md §3). Reads back two numbers a network.
 * `stopped` is asked between its parts; where it says so there is no answer.
 */
export const largestCurvatures = async (
  backend: Backend,
  problem: GradientProblem,
  { hidden, readout }: Weights,
  stopped: Stopped,
): Promise<number[] | undefined> => {
  const { rows: width, batch } = readout;
  const examples = problem.inputs.rows;
  if (await stopped()) return undefined;
  using pass = forward(backend, problem.activation, hidden, problem.inputs, true);
  if (await stopped()) return undefined;
  using made = new Owned();
  const ones = made.keep(backend.upload({ rows: examples, columns: 1 }, new Float64Array(examples).fill(1)));
  const signals = backward(backend, hidden, readout, pass, ones).map((signal) => made.keep(signal));
  const terms: (readonly [1, Matrix])[] = [];
  let kernel = made.keep(backend.gram(problem.inputs));
  for (const [layer, values] of pass.values.entries()) {
    using inner = backend.product(signals[layer]!, signals[layer]!, { transposeA: true, alpha: 1 / width });
    terms.push([1, made.keep(backend.hadamard(inner, kernel))]);
    if (await stopped()) return undefined;
    kernel = made.keep(backend.product(values, values, { transposeA: true, alpha: 1 / width }));
    if (await stopped()) return undefined;
  }
  using sum = backend.combine([...terms, [1, kernel]]);
  return await largestEigenvalues(backend, sum, batch, stopped);
};

/** By power iteration with every vector divided by the trace, an upper bound: nothing overflows, and no one is read before the end. */
const largestEigenvalues = async (backend: Backend, kernel: Matrix, batch: number, stopped: Stopped): Promise<number[] | undefined> => {
  const examples = kernel.rows;
  using diagonal = backend.diagonal(kernel);
  if (await stopped()) return undefined;
  const entries = await backend.read(diagonal);
  const traces = Array.from({ length: batch }, (_, b) =>
    entries.subarray(b * examples, (b + 1) * examples).reduce((sum, value) => sum + value, 0),
  );
  if (!traces.every((trace) => trace > 0 && trace < Infinity)) return traces;
  using scaled = backend.combine([[traces.map((trace) => 1 / trace), kernel]]);
  // Any start does that is not orthogonal to the first eigenvector: signs without a pattern.
  const start = Float64Array.from({ length: batch * examples }, (_, i) => Math.cos(7 * (i % examples) * (i % examples) + (i % examples)));
  let vector = backend.upload({ batch, rows: examples, columns: 1 }, start);
  let before = vector;
  for (let i = 0; i < iterations; i++) {
    if (before !== vector) before[Symbol.dispose]();
    before = vector;
    vector = backend.product(scaled, vector);
  }
  using last = vector;
  using previous = before;
  using across = backend.dot(last, previous);
  using square = backend.dot(previous, previous);
  if (await stopped()) return undefined;
  const [top, bottom] = [await backend.read(across), await backend.read(square)];
  return traces.map((trace, b) => (trace * top[b]!) / bottom[b]!);
};
