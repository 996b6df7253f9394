import type { Task } from '$lib/theory/theory';
import { eliminate } from './linear-bayes';

/**
 * An independent evaluation of a chain of `bayes` tasks in the plane, for the tests: laws of w on a square grid, Gaussians about κw̄ as dense
 * matrices along each axis, y = TΔ + ΦΔ by Newton with a Jacobian by finite differences. Shares no code and no algebra with the product.
 */
export interface GridStage {
  readonly task: Task;
  readonly gamma: number;
  readonly temperature: number;
  /** To the stage before; of the first not looked at. */
  readonly delta: number;
}

const reach = 9;

/** Φ on each stage's training inputs, row-major, for features φ and n² points of the grid. */
export function gridChain(stages: readonly GridStage[], phi: (h: number) => number, n: number): number[][] {
  const step = (2 * reach) / (n - 1);
  const axis = Array.from({ length: n }, (_, i) => -reach + i * step);
  const prior = Float64Array.from({ length: n * n }, (_, i) => Math.exp(-(axis[i % n]! ** 2 + axis[Math.floor(i / n)]! ** 2) / 2));
  let before: Float64Array | undefined;
  return stages.map(({ task, gamma, temperature, delta }) => {
    const size = task.trainLabels.length;
    const features = Array.from({ length: size }, (_, p) => {
      const [a = 0, b = 0] = task.trainInputs.subarray(2 * p, 2 * p + 2);
      return Float64Array.from({ length: n * n }, (_unused, i) => phi((a * axis[i % n]! + b * axis[Math.floor(i / n)]!) / Math.SQRT2));
    });
    const variance = 1 / (1 + delta);
    const kappa = delta / (1 + delta);
    // kernel[i, j] = N(x_i; κ x_j, v) · step
    const blur = Float64Array.from(
      { length: n * n },
      (_, at) =>
        (step * Math.exp(-((axis[Math.floor(at / n)]! - kappa * axis[at % n]!) ** 2) / (2 * variance))) / Math.sqrt(2 * Math.PI * variance),
    );
    const law = (dual: readonly number[]): Float64Array => {
      const tilt = Float64Array.from({ length: n * n }, (_, i) => {
        const s = dual.reduce((sum, d, p) => sum + d * features[p]![i]!, 0);
        return Math.exp(0.5 * (gamma * s) ** 2);
      });
      if (!before) {
        const p = tilt.map((value, i) => value * prior[i]!);
        const sum = p.reduce((total, value) => total + value, 0);
        return p.map((value) => value / sum);
      }
      const z = blurred(blur, tilt, n, true);
      const spread = blurred(
        blur,
        before.map((value, i) => value / z[i]!),
        n,
        false,
      );
      return tilt.map((value, i) => value * spread[i]!);
    };
    const kernelOf = (p: Float64Array): number[][] =>
      features.map((f) => features.map((g) => p.reduce((sum, mass, i) => sum + mass * f[i]! * g[i]!, 0)));
    const left = (dual: readonly number[], labels: readonly number[]): number[] => {
      const kernel = kernelOf(law(dual));
      return labels.map((y, p) => y - temperature * dual[p]! - kernel[p]!.reduce((sum, value, q) => sum + value * dual[q]!, 0));
    };
    let dual = new Array<number>(size).fill(0);
    // The labels grow to theirs, so that Newton's method begins near.
    for (let share = 0.1; share < 1.05; share += 0.1) {
      const labels = [...task.trainLabels].map((y) => Math.min(1, share) * y);
      for (let round = 0; round < 30; round++) {
        const here = left(dual, labels);
        if (Math.hypot(...here) < 1e-11 * Math.hypot(...labels)) break;
        const jacobian = dual.map((_, q) =>
          left(
            dual.map((d, p) => d + (p === q ? 1e-5 : 0)),
            labels,
          ).map((r, p) => (here[p]! - r) / 1e-5),
        );
        const change = eliminate(
          here.map((_, p) => jacobian.map((column) => column[p]!)),
          here.map((r) => [r]),
        );
        dual = dual.map((d, p) => d + (change[p]?.[0] ?? NaN));
      }
    }
    const found = law(dual);
    before = found;
    return kernelOf(found).flat();
  });
}

/** Along both axes: out[i] = Σ_j kernel[i, j] f[j], or kernel[j, i] where `turned`. */
function blurred(kernel: Float64Array, f: Float64Array, n: number, turned: boolean): Float64Array {
  const entry = (i: number, j: number): number => (turned ? kernel[j * n + i]! : kernel[i * n + j]!);
  const along = (g: Float64Array): Float64Array => {
    const out = new Float64Array(n * n);
    // The result is transposed: twice is both axes, and the order is as before.
    for (let row = 0; row < n; row++)
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += entry(i, j) * g[row * n + j]!;
        out[i * n + row] = sum;
      }
    return out;
  };
  return along(along(f));
}
