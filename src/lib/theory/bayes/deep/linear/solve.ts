import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import { preactivations, pullBack } from '$lib/theory/bayes/closed';
import { walk } from '$lib/theory/bayes/deep/linear/continue';
import { layerCovariances, type LayerCovariances } from '$lib/theory/bayes/deep/linear/covariance';
import { deepLinearKernel, type DeepLinearKernel, type DeepLinearSolution } from '$lib/theory/bayes/deep/linear/deep-linear-kernel';
import { tieOf } from '$lib/theory/bayes/deep/linear/replicas';
import type { Saddle } from '$lib/theory/bayes/deep/linear/saddle';
import { solveDeepSource, type DeepSource } from '$lib/theory/bayes/deep/linear/source';
import { gramSpectrum, lift, project } from '$lib/theory/bayes/spectrum';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** Of a source there are several for temperatures far above the kernel only. */
const several = (roots: number, what: string): string[] =>
  roots > 1 ? [`${roots} solutions of ${what}, the temperature being far above the kernel: this is the one of least free energy`] : [];

/** Covariances of the layers of a source: I + s_l u uᵀ, s_l|u|² = c^l − 1. */
const sourceLayers = ({ excess, depth, direction, square, gamma }: DeepSource): readonly LayerCovariances[] =>
  Array.from({ length: depth }, (_, index) => {
    // (c^l − 1)/(c − 1) times (c − 1)/|u|² = γ²c^L.
    const ratio = excess === 0 ? index + 1 : Math.expm1((index + 1) * Math.log1p(excess)) / excess;
    const strength = square === 0 ? 0 : ratio * gamma * gamma * Math.exp(depth * Math.log1p(excess));
    return { own: { scale: 1, directions: [direction], strengths: [[strength]] } };
  });

/** A deep linear source in closed form. */
export async function deepLinearSource(backend: Backend, task: Task, parameters: SourceParameters): Promise<DeepLinearKernel> {
  const { gamma, temperature, depth } = parameters;
  const source = solveDeepSource(task, gamma, temperature, depth);
  const gain = Math.exp(depth * Math.log1p(source.excess));
  const solution: DeepLinearSolution = {
    dual: source.dual,
    slope: source.direction.map((value) => gain * value),
    layers: sourceLayers(source),
    source,
    fields: { gain },
    warnings: several(source.roots, 'the equations'),
  };
  return await deepLinearKernel(backend, 'source', task, parameters, solution);
}

/** A solved target, before there is a kernel matrix. */
export interface DeepTarget {
  /** The gamma at which the branch turns back, if it does before twice the target's own: then there may be several solutions. */
  readonly turns: number | undefined;
  readonly saddle: Saddle;
  readonly dual: Float64Array;
  readonly slope: Float64Array;
  readonly layers: readonly LayerCovariances[];
}

/**
 * A deep linear target in closed form, all its hidden layers coupled with strength `delta` to those of the source: `deep-transfer.md`.
 * @throws Problem where no solution was reached.
 */
export function solveDeepTarget(
  source: DeepSource,
  task: Task,
  { gamma, temperature, depth }: SourceParameters,
  delta: number,
): DeepTarget {
  const { dimension, trainInputs, trainLabels } = task;
  const spectrum = gramSpectrum(task);
  const labels = project(spectrum, trainLabels);
  const scaled = source.direction.map((value) => source.gamma * value);
  const tie = tieOf(delta);
  const g = gamma * gamma;
  const gain = 1 + source.excess;
  const problem = {
    values: spectrum.values,
    labels,
    pull: project(spectrum, preactivations(trainInputs, scaled)),
    gain,
    square: source.gamma * source.gamma * source.square,
    depth,
    tie,
    temperature,
  };
  const found = walk(problem, g);
  if ('stuck' in found)
    throw new Problem(
      found.stuck === 0
        ? `gamma: no solution was found at temperature ${temperature} and delta ${delta}, not even for a lazy network`
        : `gamma: the solution that continues the lazy network ends at gamma ${Math.sqrt(found.stuck).toPrecision(3)} (temperature ${temperature}, delta ${delta}); choose a smaller gamma`,
      { path: ['gamma'] },
    );
  const { saddle } = found;
  const further = walk(problem, 4 * g);
  const inside = lift(spectrum, saddle.dual);
  const inRange = lift(spectrum, labels);
  const own = pullBack(trainInputs, inside, dimension);
  return {
    saddle,
    turns: 'stuck' in further ? Math.sqrt(further.stuck) : undefined,
    dual: inside.map((value, p) => value + (trainLabels[p]! - inRange[p]!) / temperature),
    slope: own.map((value, k) => saddle.q * value + saddle.r * scaled[k]!),
    layers: layerCovariances(saddle, depth, gain, g, tie, [scaled, own]),
  };
}

/** The kernel of such a target. */
export async function deepLinearTarget(
  backend: Backend,
  source: DeepLinearKernel,
  task: Task,
  parameters: SourceParameters,
  delta: number,
): Promise<DeepLinearKernel> {
  if (!source.solution.source) throw new Error('a deep linear source without its law');
  const { dual, slope, layers, turns } = solveDeepTarget(source.solution.source, task, parameters, delta);
  // From scratch the target may have several solutions; then it may have them when it is coupled.
  const { roots } = solveDeepSource(task, parameters.gamma, parameters.temperature, parameters.depth);
  const warnings =
    roots > 1
      ? [
          `trained from scratch this network has ${roots} solutions, the temperature being far above the kernel; coupled it may too, and this is the one that continues the lazy network`,
        ]
      : [];
  if (turns !== undefined)
    warnings.push(
      `the solutions turn back at gamma ${turns.toPrecision(3)}: this target may have several, and this is the one that continues the lazy network`,
    );
  const solution = { dual, slope, layers, below: source.solution.layers, fields: {}, warnings };
  return await deepLinearKernel(backend, 'target', task, parameters, solution);
}
