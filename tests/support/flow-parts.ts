import { createReferenceBackend } from '../../src/lib/backend/reference/reference';
import { streams } from '../../src/lib/base/random';
import { drawNeurons, drawReadout } from '../../src/lib/theory/flow/draw';
import { flowParameters } from './exact-flow';
import { flowNodes, outputs, type Nodes } from './flow-quadrature';
import { meanSquare, planeSource, planeTarget } from './plane';

/** A test error without the bias of a finite number of particles, and its standard error. */
export interface FlowFigure {
  readonly test: number;
  readonly stderr: number;
}

const parts = 8;
const steps = 25;

/** Of the errors of the whole, of each part by itself, and of the mean of their predictors. */
const figureOf = (whole: number, each: readonly number[], together: number): FlowFigure => {
  const mean = each.reduce((sum, value) => sum + value, 0) / parts;
  const variance = each.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (parts - 1);
  const distance = Math.min(Math.abs(whole - together), Math.sqrt(variance));
  return {
    test: (parts * whole - mean) / (parts - 1),
    stderr: Math.hypot(Math.sqrt((variance / parts) * ((parts - 1) / (parts - 3))), distance),
  };
};

/**
 * A source and a fresh target on the two-dimensional tasks, from the particles that the product draws, all together and each eighth by
 * itself through both stages, by an integrator that shares no code with the product's.
 */
export async function flowByParts(particles: number, seed: number, delta: number): Promise<{ source: FlowFigure; target: FlowFigure }> {
  const { gamma, time } = flowParameters;
  const backend = createReferenceBackend();
  const { weights, readout } = await drawNeurons(backend, particles, 2, seed);
  const again = await drawReadout(backend, particles, seed, streams.targetStart);
  const [w, v, fresh] = await Promise.all([weights, readout, again].map((matrix) => backend.read(matrix)));
  if (!w || !v || !fresh) throw new Error('particles were lost');
  /** Outputs of the source and of the target on their test sets. */
  const run = (weight: Float64Array): [readonly number[], readonly number[]] => {
    const source = flowNodes({ w, v, weight }, { task: planeSource, gamma, time, decay: 0, delta: 0 }, [], steps);
    const start: Nodes = { w: source.w, v: fresh, weight };
    const end = flowNodes(
      start,
      { task: planeTarget, gamma, time, decay: 0, delta },
      outputs(start, gamma, planeTarget.trainInputs),
      steps,
    );
    const before = outputs(start, gamma, planeTarget.testInputs);
    return [
      [...outputs(source, gamma, planeSource.testInputs)],
      [...outputs(end, gamma, planeTarget.testInputs)].map((f, i) => f - (before[i] ?? NaN)),
    ];
  };
  const whole = run(new Float64Array(particles).fill(1 / particles));
  const each = Array.from({ length: parts }, (_, g) =>
    run(Float64Array.from({ length: particles }, (_unused, k) => (Math.floor((k * parts) / particles) === g ? parts / particles : 0))),
  );
  const figure = (stage: 0 | 1, labels: Float64Array): FlowFigure => {
    const error = (f: readonly number[]): number => meanSquare([...f], labels);
    const mean = whole[stage].map((_, i) => each.reduce((sum, part) => sum + (part[stage][i] ?? NaN) / parts, 0));
    return figureOf(
      error(whole[stage]),
      each.map((part) => error(part[stage])),
      error(mean),
    );
  };
  return { source: figure(0, planeSource.testLabels), target: figure(1, planeTarget.testLabels) };
}
