import type { Run } from '$lib/base/run';
import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import { activationFunctions } from '$lib/base/special';
import { flow } from '$lib/theory/flow';
import type { Task, TrainedKernel } from '$lib/theory/theory';
import { outputsOf, particleLosses, startParticles, type Particles } from './particle-flow';
import { bayesParameters, makeTask, normals } from './task';

export interface FlowStage {
  readonly task: Task;
  readonly gamma: number;
  readonly time: number;
  /** To the stage before; of the first not looked at. */
  readonly delta: number;
}

/** What is compared at the end of a stage: errors, and Φ on its training inputs. */
export interface StageEnd {
  readonly train: number;
  readonly test: number;
  readonly kernel: readonly number[];
}

/** Three tasks in three dimensions, each with a teacher of its own. */
export const flowStages: readonly FlowStage[] = [1, 2, 3].map((seed) => ({
  task: makeTask(3, 5, 12, seed, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k + 0.8 * seed), 0) / 1.3),
  gamma: [1.5, 1, 2][seed - 1] ?? NaN,
  time: [3, 2, 3][seed - 1] ?? NaN,
  delta: [0, 1, 0.5][seed - 1] ?? NaN,
}));

const meanSquare = (f: ArrayLike<number>, y: Float64Array): number =>
  y.reduce((sum, value, i) => sum + ((f[i] ?? NaN) - value) ** 2, 0) / y.length;

/** One erf network of so many neurons through all stages, by the equations of `theory.md` §3, written independently of the product. */
export function networkChain(stages: readonly FlowStage[], width: number, seed: number, longest: number): StageEnd[] {
  const dimension = stages[0]?.task.dimension ?? 0;
  let state: Particles = startParticles(width, dimension, seed);
  return stages.map(({ task, gamma, time, delta }, k) => {
    const told = { activation: 'erf', gamma, weightDecay: 0, time } as const;
    if (k > 0) {
      const normal = normals(seed + 1000 * k);
      const v = new Float64Array(width);
      for (let i = 0; i < width; i += 2) v[i + 1] = -(v[i] = normal());
      state = { w: state.w, v };
    }
    const anchor = state.w.slice();
    const started = { w: anchor, v: state.v.slice() };
    const [train = NaN] = particleLosses(state, task, told, [time], longest, k > 0 ? { delta, anchor } : undefined);
    const before = outputsOf(started, told, task.testInputs, dimension);
    const test = meanSquare(
      outputsOf(state, told, task.testInputs, dimension).map((f, i) => f - before[i]!),
      task.testLabels,
    );
    return { train, test, kernel: kernelOf(state.w, task) };
  });
}

function kernelOf(w: Float64Array, { dimension, trainInputs, trainLabels }: Task): number[] {
  const width = w.length / dimension;
  const size = trainLabels.length;
  const out = new Array<number>(size * size).fill(0);
  const phi = new Float64Array(size);
  for (let i = 0; i < width; i++) {
    for (let p = 0; p < size; p++) {
      let h = 0;
      for (let d = 0; d < dimension; d++) h += w[i * dimension + d]! * trainInputs[p * dimension + d]!;
      phi[p] = activationFunctions.erf.value(h / Math.sqrt(dimension));
    }
    for (let p = 0; p < size; p++) for (let q = 0; q < size; q++) out[p * size + q]! += (phi[p]! * phi[q]!) / width;
  }
  return out;
}

/** The same by the theory, with so many particles. */
export async function theoryChain(backend: Backend, stages: readonly FlowStage[], particles: number, run: Run): Promise<StageEnd[]> {
  const ends: StageEnd[] = [];
  const made: TrainedKernel[] = [];
  for (const { task, gamma, time, delta } of stages) {
    const parameters = { ...bayesParameters, activation: 'erf' as const, gamma, time, particles };
    const source = made.at(-1);
    const [kernel] = source
      ? await flow.target(backend, [{ source, task, parameters, delta }], run)
      : await flow.source(backend, [{ task, parameters }], run);
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    made.push(kernel);
    const { train, test } = await kernel.errors(run);
    ends.push({ train, test, kernel: [...(await backend.read(kernel.train))] });
  }
  for (const kernel of made) kernel[Symbol.dispose]();
  return ends;
}

/** |a − b|/|b| of kernels, and of errors the difference beside that of zero predictions, |f − y| being an error of 1 in units of |y|². */
export const apart = (a: StageEnd, b: StageEnd, { testLabels, trainLabels }: Task): { kernel: number; test: number; train: number } => {
  const power = (y: Float64Array): number => y.reduce((sum, value) => sum + value * value, 0) / y.length;
  return {
    kernel: Math.hypot(...b.kernel.map((value, i) => value - (a.kernel[i] ?? NaN))) / Math.hypot(...b.kernel),
    test: Math.abs(a.test - b.test) / power(testLabels),
    train: Math.abs(a.train - b.train) / power(trainLabels),
  };
};

/** The mean of networks. */
export const meanEnd = (ends: readonly StageEnd[]): StageEnd => {
  const mean = (of: (end: StageEnd) => number): number => ends.reduce((sum, end) => sum + of(end), 0) / ends.length;
  return {
    train: mean(({ train }) => train),
    test: mean(({ test }) => test),
    kernel: (ends[0]?.kernel ?? []).map((_, i) => mean(({ kernel }) => kernel[i] ?? NaN)),
  };
};
