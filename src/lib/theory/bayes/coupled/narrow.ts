import { hermiteRule } from '$lib/theory/bayes/coupled/hermite';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import { Coupling } from '$lib/theory/bayes/coupled/links';
import { maximise, solved } from '$lib/theory/bayes/span/newton';
import { leftOver } from '$lib/theory/bayes/span/source';
import type { Cells } from '$lib/theory/bayes/span/cells';
import type { SourceParameters } from '$lib/theory/theory';
import { activationFunctions } from '$lib/base/special';

/** Nodes of the rules along each axis; each answer is checked with the next rule. */
const rules = [3, 5, 8, 12] as const;

/** Numbers that the features of one point's nodes may take. */
const featureBudget = 2 ** 23;

/** Places of the nodes of Gauss–Hermite rules about every anchor, each anchor linked with its own. */
export function aboutAnchors(made: Cells, anchors: Anchors, variance: number, nodes: number, gamma: number): Coupling {
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
  for (let k = 0, j = 0; k < count; k++)
    for (let a = 0; a < nodes; a++)
      for (let b = 0; b < (rank === 2 ? nodes : 1); b++, j++) {
        x[j] = anchors.x[k]! + deviation * rule.nodes[a]!;
        y[j] = rank === 2 ? anchors.y[k]! + deviation * rule.nodes[b]! : 0;
        weight[j] = rule.weights[a]! * (rank === 2 ? rule.weights[b]! : 1);
        for (let p = 0; p < size; p++)
          features[j * size + p] = value(
            rank === 2 ? coordinates[2 * p]! * x[j]! + coordinates[2 * p + 1]! * y[j]! : coordinates[p]! * x[j]!,
          );
      }
  const links = {
    first: Uint32Array.from({ length: count + 1 }, (_, k) => k * each),
    at: Uint32Array.from({ length: count * each }, (_, j) => j),
    weight,
    top: new Float64Array(count),
    reference: new Float64Array(count * each),
  };
  return new Coupling(anchors, { x, y, features }, links, gamma);
}

export interface NarrowLaw {
  readonly coupling: Coupling;
  readonly dual: Float64Array;
  readonly residual: number;
  readonly steps: number;
  /** Nodes of the rule along an axis. */
  readonly nodes: number;
}

/** What the kernel may change by with the next rule, and with bins half as wide. */
const smoothed = 1e-3;
const steady = 1e-2;

/** Widths of the bins of anchors beside the usual one. */
const shares = [2, 1, 0.5] as const;

const lengthOf = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const changeOf = (from: Float64Array, to: Float64Array): number => lengthOf(from.map((value, at) => value - to[at]!)) / lengthOf(to);

/**
 * Δ where the conditional prior is so narrow that ½γ²s² is all but linear on it: Gauss–Hermite rules about the anchors, with as many nodes as
 * it takes for the next rule to change nothing, and anchors in bins of as many widths. Undefined where it takes too many.
 */
export async function solveNarrow(
  made: Cells,
  inBins: (share: number) => Promise<Anchors>,
  labels: Float64Array,
  { gamma, temperature }: SourceParameters,
  variance: number,
  breathe: () => Promise<void>,
): Promise<NarrowLaw | undefined> {
  let dual: Float64Array = new Float64Array(labels.length);
  let steps = 0;
  const solve = async (anchors: Anchors, nodes: number): Promise<{ coupling: Coupling; kernel: Float64Array } | undefined> => {
    if (anchors.mass.length * nodes ** made.rank * made.size > featureBudget) return undefined;
    const coupling = aboutAnchors(made, anchors, variance, nodes, gamma);
    const evaluate = (at: Float64Array, curved: boolean) => coupling.evaluate(at, curved);
    const found = await maximise({ labels, temperature, tolerance: solved, breathe, exhausted: () => false, evaluate }, dual);
    dual = found.dual;
    steps += found.iterations;
    return { coupling, kernel: coupling.kernel(dual) };
  };
  let nodes: number = rules[0];
  let found = await solve(await inBins(shares[0]), nodes);
  let change = Infinity;
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
    const left = leftOver(labels, dual, temperature, coupling.evaluate(dual, false).output);
    return { coupling, dual, residual: Math.max(left, change, moved / 4), steps, nodes };
  }
  return undefined;
}
