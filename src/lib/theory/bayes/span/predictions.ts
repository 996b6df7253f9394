import { activationFunctions } from '$lib/base/special';
import { errorsOf } from '$lib/theory/errors';
import type { Cells } from '$lib/theory/bayes/span/cells';
import type { NodeLaw } from '$lib/theory/bayes/span/law';
import { order } from '$lib/theory/bayes/span/panels';
import { placeOf, type SourceLaw } from '$lib/theory/bayes/span/source';
import { Turns } from '$lib/theory/bayes/span/turns';
import { outside } from '$lib/theory/bayes/span/span';
import type { Errors, Task } from '$lib/theory/theory';

/** Evaluations of φ at most for one point, some tenths of a second: test examples beyond it are predicted by samples. */
const mostWork = 2 ** 24;

/** Nodes that together hold less than this share of Σ|mass · s| (1 + r) are left out; what they hold counts as an error. */
const negligible = 1e-8;

/** Test examples on which the nodes are compared with those of smaller cells. */
const compared = 16;

/** Share of the labels to which this rule was shown to agree with independent quadratures (`bayes-particles.test.ts`): no error is said to be less. */
const shown = 1e-6;

/** What each node adds to the output: f(x) = Σ weight · φ(place · c), c = x/√D in the span. */
interface Nodes {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weight: Float64Array;
  readonly turns: Turns;
  /** A bound on what nodes that were left out add where |c| ≤ 1. */
  readonly left: number;
}

/** Predictions of a source by the nodes of its quadrature. */
export interface NodePredictions {
  /** Nodes that are held in memory. */
  readonly bytes: number;
  /** Errors on training and test examples, with ± from smaller cells and from what Newton's method left over. Units: those of the labels, squared. */
  errors(breathe: () => Promise<void>): Promise<Errors>;
}

/**
 * Predictions f(x) = ⟨φ(x) s⟩ of a source, s = Δ·φ (`theory.md` §2), summed over the nodes that its law is known at. Undefined where a test example lies
 * outside the span of the training inputs, or where it would take too much work.
 */
export function nodePredictions(made: Cells, source: SourceLaw, task: Task, temperature: number): NodePredictions | undefined {
  const tests = coordinatesOf(made, task);
  if (!tests) return undefined;
  const count = task.testLabels.length;
  const some = Math.min(compared, count);
  const nodes = nodesOf(made, source.law);
  if (nodes.weight.length * count > mostWork) return undefined;
  const finer = nodesOf(made, source.finer);
  const every = Uint32Array.from({ length: count }, (_, i) => i);
  // Spread over all of them.
  const chosen = Uint32Array.from({ length: some }, (_, i) => Math.floor((i * count) / some));
  if (workOf(nodes, tests, every) + workOf(finer, tests, chosen) > mostWork) return undefined;
  return {
    bytes: 24 * (nodes.weight.length + finer.weight.length),
    errors: async (breathe) => {
      const output = await outputAt(made, nodes, tests, every, breathe);
      const better = await outputAt(made, finer, tests, chosen, breathe);
      const apart = Math.sqrt(better.reduce((sum, value, i) => sum + (value - output[chosen[i]!]!) ** 2, 0) / Math.max(1, some));
      const { trainLabels, testLabels } = task;
      const scale = Math.sqrt(trainLabels.reduce((sum, y) => sum + y * y, 0) / trainLabels.length);
      // f = y − TΔ on the training rows.
      const train = source.dual.map((value, p) => trainLabels[p]! - temperature * value);
      const left = (2 * source.figures.residual + shown) * scale;
      const beyond = 2 * apart + left + nodes.left + finer.left;
      const figures = errorsOf(train, trainLabels, output, testLabels);
      const shifted = [-beyond, beyond].map((by) =>
        errorsOf(
          train,
          trainLabels,
          output.map((value) => value + by),
          testLabels,
        ),
      );
      // By Cauchy–Schwarz, for predictions that are off by so much in the mean square.
      const within = (square: number, by: number): number => 2 * Math.sqrt(square) * by + by * by;
      const test = within(figures.test, beyond);
      const classification = Math.max(...shifted.map((one) => Math.abs(one.classification - figures.classification)));
      return { ...figures, stderr: { train: within(figures.train, left), test, bias: test, variance: 0, classification } };
    },
  };
}

/** x/√D of the test examples in the span, row-major [n, 2] (of rank 1 with zeros); undefined where one of them lies outside. */
function coordinatesOf({ span: { basis, rank } }: Cells, { testInputs, testLabels, dimension }: Task): Float64Array | undefined {
  const out = new Float64Array(2 * testLabels.length);
  for (let n = 0; n < testLabels.length; n++) {
    const rest = testInputs.slice(n * dimension, (n + 1) * dimension);
    const length = Math.hypot(...rest);
    for (let j = 0; j < rank; j++) {
      let along = 0;
      for (let d = 0; d < dimension; d++) along += rest[d]! * basis[j * dimension + d]!;
      for (let d = 0; d < dimension; d++) rest[d]! -= along * basis[j * dimension + d]!;
      out[2 * n + j] = along / Math.sqrt(dimension);
    }
    if (!(Math.hypot(...rest) <= outside * length)) return undefined;
  }
  return out;
}

/** The nodes of a law that carry weight. */
function nodesOf(made: Cells, law: NodeLaw): Nodes {
  const { cells, masses, tilt } = law;
  const each = made.angles * order;
  const held = [...masses.keys()].filter((node) => masses[node]! > 0);
  const places = held.map((node) => placeOf(made, cells[Math.floor(node / each)]!, node % each));
  const felt = held.map((node, at) => masses[node]! * Math.abs(tilt[node]!) * (1 + Math.hypot(...places[at]!)));
  const least = (negligible * felt.reduce((sum, value) => sum + value, 0)) / Math.max(1, felt.length);
  const kept = [...held.keys()].filter((at) => felt[at]! > least);
  const left = felt.reduce((sum, value) => sum + (value > least ? 0 : value), 0);
  return {
    x: Float64Array.from(kept, (at) => places[at]![0]),
    y: Float64Array.from(kept, (at) => places[at]![1]),
    weight: Float64Array.from(kept, (at) => masses[held[at]!]! * tilt[held[at]!]!),
    turns: new Turns(made, law),
    left,
  };
}

/** Evaluations of φ that the chosen rows of coordinates [n, 2] take. */
function workOf({ weight, turns }: Nodes, coordinates: Float64Array, chosen: Uint32Array): number {
  return chosen.reduce((sum, row) => sum + weight.length + turns.work(coordinates[2 * row]!, coordinates[2 * row + 1]!), 0);
}

/** f at the chosen rows of coordinates [n, 2]. */
async function outputAt(
  { activation }: Cells,
  { x, y, weight, turns }: Nodes,
  coordinates: Float64Array,
  chosen: Uint32Array,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const { value } = activationFunctions[activation];
  const output = new Float64Array(chosen.length);
  for (const [n, row] of chosen.entries()) {
    const [a, b] = [coordinates[2 * row]!, coordinates[2 * row + 1]!];
    let sum = 0;
    for (let k = 0; k < weight.length; k++) sum += weight[k]! * value(a * x[k]! + b * y[k]!);
    output[n] = sum + turns.missing(a, b);
    await breathe();
  }
  return output;
}
