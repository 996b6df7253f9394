import { createReferenceBackend } from '../../src/lib/backend/reference/reference';
import { streams } from '../../src/lib/base/random';
import { drawNeurons, drawReadout } from '../../src/lib/theory/flow/draw';
import { flowParameters } from './exact-flow';
import { flowNodes, outputs, type Nodes } from './flow-quadrature';
import { meanSquare, planeSource, planeTarget } from './plane';

/** Standard errors of test errors. */
export interface Jackknifed {
  readonly source: number;
  /** Of a fresh target, the source's neurons taken as they are: stage 2 alone is run without each of the groups. */
  readonly target: number;
  /** Of the same, both stages run without each of the groups. */
  readonly both: number;
}

const groups = 16;
const steps = 25;

/** √((G−1)²/(G(G−3)) Σ(θ_{−g} − mean)²) */
const spread = (without: readonly number[]): number => {
  const mean = without.reduce((sum, value) => sum + value, 0) / groups;
  return Math.sqrt(((groups - 1) ** 2 / (groups * (groups - 3))) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0));
};

/**
 * The delete-one-group jackknife by running the flow of the particles that the product draws without each group, on the two-dimensional
 * tasks: what `leaveOneOutputs` takes from the linearised flow.
 */
export async function flowJackknife(particles: number, seed: number, delta: number): Promise<Jackknifed> {
  const { gamma, time } = flowParameters;
  const backend = createReferenceBackend();
  const { weights, readout } = await drawNeurons(backend, particles, 2, seed);
  const again = await drawReadout(backend, particles, seed, streams.targetStart);
  const [w, v, fresh] = await Promise.all([weights, readout, again].map((matrix) => backend.read(matrix)));
  if (!w || !v || !fresh) throw new Error('particles were lost');
  const without = Array.from({ length: groups }, (_, g) =>
    Float64Array.from({ length: particles }, (_unused, k) =>
      Math.floor((k * groups) / particles) === g ? 0 : groups / (particles * (groups - 1)),
    ),
  );
  const sourceOf = (weight: Float64Array): Nodes =>
    flowNodes({ w, v, weight }, { task: planeSource, gamma, time, decay: 0, delta: 0 }, [], steps);
  const targetError = (source: Nodes, weight: Float64Array): number => {
    const start: Nodes = { w: source.w, v: fresh, weight };
    const offset = outputs(start, gamma, planeTarget.trainInputs);
    const end = flowNodes(start, { task: planeTarget, gamma, time, decay: 0, delta }, offset, steps);
    const before = outputs(start, gamma, planeTarget.testInputs);
    return meanSquare(
      outputs(end, gamma, planeTarget.testInputs).map((f, i) => f - (before[i] ?? NaN)),
      planeTarget.testLabels,
    );
  };
  const whole = sourceOf(new Float64Array(particles).fill(1 / particles));
  const sources = without.map(sourceOf);
  return {
    source: spread(sources.map((nodes) => meanSquare(outputs(nodes, gamma, planeSource.testInputs), planeSource.testLabels))),
    target: spread(without.map((weight) => targetError(whole, weight))),
    both: spread(sources.map((nodes) => targetError(nodes, nodes.weight))),
  };
}
