import { hermiteRule } from '$lib/theory/bayes/coupled/hermite';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import { Coupling } from '$lib/theory/bayes/coupled/links';
import { maximise, solved } from '$lib/theory/bayes/span/newton';
import { changeOf, virialOf, type TargetLaw, type TargetProblem } from '$lib/theory/bayes/coupled/solve';
import { leftOver } from '$lib/theory/bayes/span/source';
import type { Cells } from '$lib/theory/bayes/span/cells';
import { activationFunctions } from '$lib/base/special';

/** Nodes of the rules along each axis; each answer is checked with the next rule. */
const rules = [3, 5, 8, 12] as const;

/** Numbers that the features of one point's nodes may take. */
const featureBudget = 2 ** 23;

/**
 * Places of the nodes of Gauss–Hermite rules about every anchor, each anchor linked with its own. The rules are about the place where the
 * tilted Gaussian is greatest under Δ, and weights make up for it: N(z; m, v)/N(z; c, v).
 */
function aboutAnchors(made: Cells, anchors: Anchors, variance: number, nodes: number, gamma: number, dual: Float64Array): Coupling {
  const { rank, size, span } = made;
  const { coordinates } = span;
  const { value } = activationFunctions[made.activation];
  const rule = hermiteRule(nodes);
  const each = rank === 2 ? nodes * nodes : nodes;
  const count = anchors.mass.length;
  const deviation = Math.sqrt(variance);
  const x = new Float64Array(count * each);
  const y = new Float64Array(count * each);
  const weight = new Float64Array(count * each);
  const features = new Float64Array(count * each * size);
  for (let k = 0, j = 0; k < count; k++) {
    const [dx, dy] = shiftOf(made, anchors.x[k]!, anchors.y[k]!, variance * gamma * gamma, dual);
    for (let a = 0; a < nodes; a++)
      for (let b = 0; b < (rank === 2 ? nodes : 1); b++, j++) {
        const [u, w] = [rule.nodes[a]!, rank === 2 ? rule.nodes[b]! : 0];
        x[j] = anchors.x[k]! + dx + deviation * u;
        y[j] = anchors.y[k]! + dy + deviation * w;
        const makeUp = Math.exp(-(u * dx + w * dy) / deviation - (dx * dx + dy * dy) / (2 * variance));
        weight[j] = rule.weights[a]! * (rank === 2 ? rule.weights[b]! : 1) * makeUp;
        for (let p = 0; p < size; p++)
          features[j * size + p] = value(
            rank === 2 ? coordinates[2 * p]! * x[j]! + coordinates[2 * p + 1]! * y[j]! : coordinates[p]! * x[j]!,
          );
      }
  }
  const links = {
    first: Uint32Array.from({ length: count + 1 }, (_, k) => k * each),
    at: Uint32Array.from({ length: count * each }, (_, j) => j),
    weight,
    top: new Float64Array(count),
    reference: undefined,
  };
  return new Coupling(anchors, { x, y, features }, links, gamma);
}

/** Steps that look for the greatest place. */
const looks = 6;

/** Where N(z; m, v) e^{½γ²s²} is greatest, from m: z − m = vγ² s ∇s, by half steps. */
function shiftOf(
  { span, size, activation, rank }: Cells,
  mx: number,
  my: number,
  strength: number,
  dual: Float64Array,
): readonly [number, number] {
  const { value, slope } = activationFunctions[activation];
  const { coordinates } = span;
  let [dx, dy] = [0, 0];
  if (dual.every((d) => d === 0)) return [0, 0];
  for (let look = 0; look < looks; look++) {
    let [s, gx, gy] = [0, 0, 0];
    for (let p = 0; p < size; p++) {
      const [a, b] = rank === 2 ? [coordinates[2 * p]!, coordinates[2 * p + 1]!] : [coordinates[p]!, 0];
      const h = a * (mx + dx) + b * (my + dy);
      s += dual[p]! * value(h);
      const g = dual[p]! * slope(h);
      gx += g * a;
      gy += g * b;
    }
    dx += (look === 0 ? 1 : 0.5) * (strength * s * gx - dx);
    dy += (look === 0 ? 1 : 0.5) * (strength * s * gy - dy);
  }
  return Number.isFinite(dx) && Number.isFinite(dy) ? [dx, dy] : [0, 0];
}

/** What the kernel may change by with the next rule, and with bins half as wide. */
const smoothed = 3e-3;
const steady = 2e-2;

/** Widths of the bins of anchors beside the usual one. */
const shares = [4, 2, 1, 0.5] as const;

/** By how much less the kernel is off than it changed by with bins half as wide. */
const gained = 4;

/**
 * Δ where the conditional prior is so narrow that ½γ²s² is all but linear on it: Gauss–Hermite rules about the anchors, with as many nodes as
 * it takes for the next rule to change nothing, and anchors in bins of as many widths. Undefined where it takes too many.
 */
export async function solveNarrow(problem: TargetProblem): Promise<TargetLaw | undefined> {
  const { made, inBins, labels, variance, breathe } = problem;
  const { gamma, temperature } = problem.parameters;
  let dual: Float64Array = new Float64Array(labels.length);
  let steps = 0;
  const solve = async (anchors: Anchors, nodes: number): Promise<{ coupling: Coupling; kernel: Float64Array } | undefined> => {
    if (anchors.mass.length * nodes ** made.rank * made.size > featureBudget) return undefined;
    for (let round = 0; ; round++) {
      const coupling = aboutAnchors(made, anchors, variance, nodes, gamma, dual);
      const evaluate = (at: Float64Array, curved: boolean) => coupling.evaluate(at, curved);
      const before = dual;
      const found = await maximise({ labels, temperature, tolerance: solved, breathe, exhausted: () => false, evaluate }, dual);
      dual = found.dual;
      steps += found.iterations;
      if (round < 8 && changeOf(before, dual) > 1e-3) continue;
      return { coupling, kernel: coupling.kernel(dual) };
    }
  };
  let change = Infinity;
  let nodes: number = rules[0];
  let found = await solve(await inBins(shares[0]), nodes);
  for (const next of rules.slice(1)) {
    if (!found) return undefined;
    const other = await solve(await inBins(shares[0]), next);
    if (!other) return undefined;
    change = changeOf(found.kernel, other.kernel);
    if (change <= smoothed) break;
    [nodes, found] = [next, other];
  }
  if (!(change <= smoothed)) return undefined;
  for (const share of shares.slice(1)) {
    const other = await solve(await inBins(share), nodes);
    if (!found || !other) return undefined;
    const moved = changeOf(found.kernel, other.kernel);
    found = other;
    if (!(moved <= steady)) continue;
    const { coupling } = other;
    // Means of squares want more nodes than the kernel does.
    const virial = virialOf(made, aboutAnchors(made, coupling.anchors, variance, 2 * nodes, gamma, dual), dual, variance);
    const left = leftOver(labels, dual, temperature, coupling.evaluate(dual, false).output);
    return {
      coupling,
      dual,
      narrow: true,
      figures: { residual: Math.max(left, change, moved / gained), virial, steps, nodes: coupling.places.x.length },
    };
  }
  return undefined;
}
