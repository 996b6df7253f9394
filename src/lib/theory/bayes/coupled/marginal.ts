import type { Backend } from '$lib/backend/backend';
import { preactivations } from '$lib/theory/bayes/closed';
import { axesOf, Bins, type Anchors } from '$lib/theory/bayes/coupled/anchors';
import type { Marginal } from '$lib/theory/bayes/coupled/origin';
import type { Cells } from '$lib/theory/bayes/span/cells';

/** An input row longer than this is like a step. */
const steep = 4;

/** How far from the middle a Gaussian is summed, in deviations, and how wide the steps are at most. */
const far = 5.6;
const stride = 0.6;

/**
 * Points of a rule on either side of the middle at most. One holds at most 0.02 % of the mass then, which bounds what features like a step next to it
 * are off by however long the axis is; a strong linear source is hundreds of deviations of the prior long.
 */
const mostPoints = 1e4;

/** Points of the source's span at most for each point of a Gaussian around it. */
const wide = 0.5;

/**
 * The law of m = κ × (the part of w̄ in the span of the target's training inputs), gathered in bins of a width. Of w̄ = A u + (the rest), u in
 * the source's span, m is κ A u and a Gaussian of covariance κ²r(I − A Aᵀ), with A the overlap of the two bases and r the
 * variance outside that span.
 */
export async function anchorsOf(backend: Backend, marginal: Marginal, made: Cells, kappa: number, width: number): Promise<Anchors> {
  const { rank, basis, coordinates } = made.span;
  const rows = Array.from({ length: coordinates.length / rank }, (_, p) => [
    coordinates[p * rank]!,
    rank === 2 ? coordinates[p * rank + 1]! : 0,
  ]);
  const bins = new Bins(
    width,
    Float64Array.from(rows.filter(([x = 0, y = 0]) => Math.hypot(x, y) > steep).flat()),
    made.activation !== 'relu',
  );
  const dimension = basis.length / rank;
  if (marginal.kind === 'samples') {
    using directions = backend.upload({ rows: rank, columns: dimension }, basis);
    for (const sample of marginal.samples) {
      using projected = backend.product(sample, directions, { transposeB: true });
      const read = await backend.read(projected);
      for (let i = 0; i < read.length; i += rank) bins.add(kappa * read[i]!, rank === 2 ? kappa * read[i + 1]! : 0, 1);
    }
    return bins.anchors();
  }
  if (marginal.kind === 'gaussian') {
    const { direction, strength } = marginal.law;
    const along = preactivations(basis, direction).map((value) => value * Math.sqrt(dimension));
    const [x = 0, y = 0] = along;
    const axes =
      rank === 2
        ? axesOf(1 + strength * x * x, strength * x * y, 1 + strength * y * y, 0)
        : [[Math.sqrt(1 + strength * x * x), 0] as const];
    smear(bins, [0, 0, 1], axes, kappa, width);
    return bins.anchors();
  }
  const { law } = marginal;
  const overlap = (a: number, b: number): number => {
    let sum = 0;
    if (a < rank && b < law.rank) for (let d = 0; d < dimension; d++) sum += basis[a * dimension + d]! * law.basis[b * dimension + d]!;
    return sum;
  };
  const [xx, xy, yx, yy] = [overlap(0, 0), overlap(0, 1), overlap(1, 0), overlap(1, 1)];
  // What is left of a rounding is nothing.
  const deviation = Math.sqrt(law.rest);
  const axes = axesOf(1 - xx * xx - xy * xy, -xx * yx - xy * yy, rank === 2 ? 1 - yx * yx - yy * yy : 0, 1e-6).map(
    ([dx, dy]) => [deviation * dx, deviation * dy] as const,
  );
  const { x, y, mass } = gathered(law.points, axes.length === 0 ? 0 : axes.length === 1 ? width / 2 : wide);
  for (let i = 0; i < mass.length; i++) {
    const at = [xx * x[i]! + xy * y[i]!, yx * x[i]! + yy * y[i]!, mass[i]!] as const;
    if (axes.length === 0) bins.add(kappa * at[0], kappa * at[1], at[2]);
    else smear(bins, at, axes, kappa, width);
  }
  return bins.anchors();
}

/** The points in bins of a width; 0: as they are. */
function gathered(points: Anchors, width: number): Anchors {
  if (width === 0) return points;
  const bins = new Bins(width);
  for (let i = 0; i < points.mass.length; i++) bins.add(points.x[i]!, points.y[i]!, points.mass[i]!);
  return bins.anchors();
}

/** Adds κ × a Gaussian about a point, with these axes as deviations, by the trapezoidal rule along them. */
function smear(
  bins: Bins,
  [x, y, mass]: readonly [number, number, number],
  axes: readonly (readonly [number, number])[],
  kappa: number,
  width: number,
): void {
  const counts = axes.map(([dx, dy]) => Math.ceil(far / Math.min(stride, width / (kappa * Math.hypot(dx, dy)))));
  const rules = axes.map(([dx, dy], axis) => {
    const count = Math.min(counts[axis]!, mostPoints);
    const steps = Array.from({ length: 2 * count + 1 }, (_, k) => ((k - count) * far) / count);
    const weights = steps.map((step) => Math.exp(-0.5 * step * step));
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    return { dx, dy, steps, weights: weights.map((weight) => weight / whole) };
  });
  const [first, second] = rules;
  if (!first) return;
  first.steps.forEach((step, a) => {
    const [px, py, part] = [x + step * first.dx, y + step * first.dy, mass * first.weights[a]!];
    if (!second) bins.add(kappa * px, kappa * py, part);
    else
      second.steps.forEach((other, b) => {
        bins.add(kappa * (px + other * second.dx), kappa * (py + other * second.dy), part * second.weights[b]!);
      });
  });
}
