import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Anchor, EnsemblePoint } from '$lib/theory/bayes/ensemble';
import type { Origin, PointLaw } from '$lib/theory/bayes/coupled/origin';
import { findTarget } from '$lib/theory/bayes/coupled/target';
import { resultsOf } from '$lib/theory/common/batches';
import { coupledVariance } from '$lib/theory/common/coupled-variance';
import { controlOf, disposeLaw, kernelParts, type Law } from '$lib/theory/common/law';
import { SampleKernel } from '$lib/theory/bayes/sample-kernel';
import { particleCount, scheduleFor, tolerance } from '$lib/theory/bayes/schedule';
import { solvedHealth } from '$lib/theory/bayes/solved';
import { Cells } from '$lib/theory/bayes/span/cells';
import { secondMoments } from '$lib/theory/bayes/span/law';
import { drawSource, pointsOf, type Samples } from '$lib/theory/bayes/span/particles';
import { nodePredictions, type NodePredictions } from '$lib/theory/bayes/span/predictions';
import type { Layout } from '$lib/theory/bayes/span/points';
import { solveSource, type Figures } from '$lib/theory/bayes/span/source';
import { spanOf } from '$lib/theory/bayes/span/span';
import { stoppable } from '$lib/theory/stopping';
import type { SourceParameters, Task } from '$lib/theory/theory';
import { percent } from '$lib/theory/common/percent';

/** Examples at most: every Newton step costs their square for each node. */
const mostExamples = 64;

/** Whether the law of a point is to be found by quadrature over the span of its training inputs. Cheap: 6 P D operations, once a task. */
export function inFewDirections(task: Task, { activation, depth, solver, stretch }: SourceParameters): boolean {
  if (depth !== 1 || solver === 'particles' || stretch !== 1) return false;
  if (activation !== 'erf' && activation !== 'tanh' && activation !== 'relu') return false;
  return task.trainLabels.length <= mostExamples && spanOf(task) !== undefined;
}

/** What was found of a point: its law in the span as particles, Φ on the training inputs exactly, row-major [P, P], and how good that is. */
interface Found {
  readonly samples: Samples;
  readonly kernel: Float64Array;
  readonly figures: Figures;
  /** Of a source, and of a target where they say all there is to know. */
  readonly points?: PointLaw;
  /** Of a source whose test examples lie in the span. */
  readonly predictions?: NodePredictions;
}

/** Milliseconds of work between two breaths. */
const between = 30;

/**
 * Kernels of points whose training inputs span few directions (`inFewDirections`), one after another. Undefined where quadrature would take too
 * many nodes: such a point is for particles that move.
 */
export async function spanKernels(
  backend: Backend,
  points: readonly EnsemblePoint[],
  run: Run,
): Promise<readonly (SampleKernel | Problem | undefined)[]> {
  const yielding = stoppable(backend, run);
  let last = performance.now();
  const results: (SampleKernel | Problem | undefined)[] = [];
  let breaths = 0;
  const breathe = async (): Promise<void> => {
    run.signal.throwIfAborted();
    if (performance.now() - last < between) return;
    await yielding.settle();
    last = performance.now();
    run.progress((results.length + (0.9 * ++breaths) / (breaths + 20)) / points.length);
  };
  const cells = new Map<string, Cells>();
  return await resultsOf(results, async () => {
    for (const point of points) {
      breaths = 0;
      results.push(await spanKernel(backend, yielding, point, run, cells, breathe));
      run.progress(results.length / points.length);
      run.signal.throwIfAborted();
    }
  });
}

async function spanKernel(
  backend: Backend,
  yielding: Backend,
  point: EnsemblePoint,
  run: Run,
  cells: Map<string, Cells>,
  breathe: () => Promise<void>,
): Promise<SampleKernel | Problem | undefined> {
  const { task, parameters } = point;
  const particles = point.anchor?.weights.rows ?? particleCount(run.quality, parameters.particles);
  const { snapshots } = scheduleFor(run.quality, parameters.gamma, 1, particles, task.dimension);
  const layout = { particles, snapshots };
  // Without coupling a target is a source.
  const found =
    point.origin && point.delta > 0
      ? await findCoupled(backend, point, point.origin, layout, cells, breathe)
      : await findSource(backend, point, layout, cells, breathe);
  return found && (await kernelOf(backend, yielding, point, particles, found, run));
}

async function findSource(
  backend: Backend,
  { task, parameters }: EnsemblePoint,
  layout: Layout,
  known: Map<string, Cells>,
  breathe: () => Promise<void>,
): Promise<Found | undefined> {
  const span = spanOf(task);
  if (!span) return undefined;
  const made = cellsFor(known, task, parameters);
  const source = await solveSource(made, task.trainLabels, parameters, breathe);
  if (!source) return undefined;
  const samples = await drawSource(backend, made, source, layout, parameters, breathe);
  const { basis, rank } = span;
  // At γ = 0 particles are their own control variates, and their kernel is known exactly.
  const predictions = parameters.gamma > 0 ? nodePredictions(made, source, task, parameters.temperature) : undefined;
  return {
    ...(predictions && { predictions }),
    samples,
    kernel: secondMoments(source.law, task.trainLabels.length).kernel,
    figures: source.figures,
    points: { basis, rank, points: pointsOf(made, source.law), rest: 1 },
  };
}

function findCoupled(
  backend: Backend,
  { task, parameters, delta, anchor }: EnsemblePoint,
  origin: Origin,
  layout: Layout,
  known: Map<string, Cells>,
  breathe: () => Promise<void>,
): Promise<Found | undefined> {
  return findTarget(
    backend,
    cellsFor(known, task, parameters),
    origin,
    task.trainLabels,
    parameters,
    { delta, stage: anchor?.stage ?? 0 },
    layout,
    breathe,
  );
}

/** The cells that the points of a sweep share, as long as task and activation are the same. */
function cellsFor(known: Map<string, Cells>, task: Task, { activation }: SourceParameters): Cells {
  const span = spanOf(task);
  if (!span) throw new Error('a task of more directions than quadrature is for');
  const cells = known.get(activation);
  if (cells?.span === span) return cells;
  const made = new Cells(span, activation);
  known.set(activation, made);
  return made;
}

async function kernelOf(
  backend: Backend,
  yielding: Backend,
  point: EnsemblePoint,
  particles: number,
  { samples, kernel, figures, points, predictions }: Found,
  run: Run,
): Promise<SampleKernel | Problem> {
  const { task, parameters, delta, anchor } = point;
  const { temperature } = parameters;
  const size = task.trainLabels.length;
  const plain: Law = {
    activation: parameters.activation,
    ...samples,
    variance: coupledVariance(delta, anchor?.variance),
    control: 0,
  };
  let train;
  try {
    using inputs = backend.upload({ rows: size, columns: task.dimension }, task.trainInputs);
    using parts = await kernelParts(yielding, plain, inputs, inputs);
    const law = { ...plain, control: run.quality === 'fine' ? await controlOf(backend, parts, temperature) : 0 };
    train = backend.upload({ rows: size, columns: size }, kernel);
    const solved = await solvedHealth(backend, train, parameters);
    if (solved instanceof Problem) throw solved;
    run.signal.throwIfAborted();
    const [last, controlVariate] = [law.snapshots.at(-1), law.controlVariates.at(-1)];
    if (!last || !controlVariate) throw new Error('a law without samples');
    const held: Anchor = {
      weights: backend.slice(last, 0, 1),
      controlVariate: backend.slice(controlVariate, 0, 1),
      variance: law.variance,
      stage: anchor ? anchor.stage + 1 : 0,
    };
    const health = { ...figures, ...solved.health, particles };
    const warnings = [...solved.warnings, ...warningsFor(figures)];
    const facts = { role: anchor ? 'target' : 'source', task, parameters, train, health, warnings } as const;
    // With jitter the errors are those of another ridge.
    const predicted = solved.health.jitter === undefined ? predictions : undefined;
    return new SampleKernel(backend, facts, law, held, points, true, predicted);
  } catch (error) {
    train?.[Symbol.dispose]();
    disposeLaw(plain);
    if (error instanceof Problem) return error;
    throw error;
  }
}

function warningsFor({ virial, residual }: Figures): string[] {
  const warnings: string[] = [];
  if (!(Math.abs(virial - 1) <= tolerance.virial))
    warnings.push(`virial identity off by ${percent(virial - 1)}: quadrature does not resolve the law; the result may be wrong by as much`);
  if (!(residual <= tolerance.residual))
    warnings.push(`self-consistency residual ${percent(residual)}: quadrature does not resolve the law, or found no Δ that fits it`);
  return warnings;
}
