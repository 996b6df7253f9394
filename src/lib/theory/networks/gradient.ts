import { streams } from '$lib/base/random';
import type { Backend, Matrix } from '$lib/backend/backend';
import { gather, normalsOf, stackTasks } from '$lib/theory/common/stack';
import { alignmentsUnless } from '$lib/theory/networks/alignments';
import { largestCurvatures } from '$lib/theory/networks/curvature';
import { forward, outputs } from '$lib/theory/networks/forward';
import { gradientSteps, type GradientProblem } from '$lib/theory/networks/gradient-steps';
import { certain, type Architecture, type Member, type Stage, type Weights } from '$lib/theory/networks/member';
import type { NetworkHealth, NetworkRecord } from '$lib/theory/networks/networks';
import { meanError, type Predictions } from '$lib/theory/networks/statistics';
import { Owned } from '$lib/theory/owned';
import { settledOrStopped } from '$lib/theory/stopping';

/** Stretches of a stage: after each one is recorded and the steps of the next are chosen. They grow like 1, 3, 5, …: early changes are fast. */
const stretches = 64;

/** dt times the largest curvature. Stable up to 2; the fastest mode's rate is then right to this half. */
const resolution = 0.05;

/** How many steps, none longer than was asked for, make the time; but for rounding, where they make it exactly. */
const wholeSteps = (time: number, step: number): number => Math.max(1, Math.ceil((time / step) * (1 - 1e-9)));

/**
 * A loss that is so many times the energy at the start cannot be the flow's: it only loses energy, ½Σ Δ² + ½(λ|w|² + λ|v|² + δ|w − w̄|²)/(γ²N).
 * Below that a step may still be too long to be right, but what it does passes.
 */
const gainTooMuch = 10;

/** A mean loss that single precision makes of labels that are all 0. */
const rounding = 1e-3;

/** Milliseconds of a look at the networks beyond which its parts are waited for one by one. */
const patience = 50;

/** Whether to give up what is being looked at; asked between its parts. */
type Stopped = () => Promise<boolean>;

const never: Stopped = () => Promise.resolve(false);

/** Weights from N(0, 1), each network's and layer's from a key of its own. */
export const freshWeights = (backend: Backend, { depth, width }: Architecture, dimension: number, seeds: readonly number[]): Weights => ({
  hidden: Array.from({ length: depth }, (_, layer) =>
    normalsOf(
      backend,
      { rows: width, columns: layer === 0 ? dimension : width },
      seeds.map((seed) => ({ seed, stream: streams.networkWeights, step: layer })),
    ),
  ),
  readout: freshReadout(backend, width, seeds, 0),
});

/** v from N(0, 1): draw 0 is the source's start, 1 the target's. */
export const freshReadout = (backend: Backend, width: number, seeds: readonly number[], draw: number): Matrix =>
  normalsOf(
    backend,
    { rows: width, columns: 1 },
    seeds.map((seed) => ({ seed, stream: streams.networkReadout, step: draw })),
  );

/** Networks under gradient descent, `theory.md` §3; what is given is theirs from then on. */
export class GradientStage implements Stage {
  readonly members: readonly Member[];
  readonly weights: Weights;
  readonly records: NetworkRecord[] = [];
  readonly diverged: number[];
  readonly #backend: Backend;
  readonly #which: 'source' | 'target';
  readonly #owned = new Owned();
  readonly #problem: GradientProblem;
  readonly #testInputs: Matrix;
  /** Outputs on the test set at the start: made when first looked at, which is before any step. */
  #testBase: Matrix | undefined;
  readonly #width: number;
  /** Finished stretches and how many there shall be; steps made in this one, and each member's number and length of them. */
  #stretch = 0;
  #planned = stretches;
  #made = 0;
  #counts: number[] | undefined;
  #lengths: number[] = [];
  #steps: number[];
  /** Milliseconds of the last look at the networks; what it takes is not known before the first, nor what their making has left to do. */
  #looking = Infinity;
  /** The largest mean loss with which each member is not lost, as long as the stage has begun. */
  #ceilings: readonly number[] | undefined;
  /** After which steps networks were lost, [B, 1, 1], as long as nobody has read it. */
  #status: Matrix | undefined;
  readonly #shortest: number[];
  readonly #curvature: number[];

  private constructor(
    backend: Backend,
    which: 'source' | 'target',
    { activation, width }: Architecture,
    members: readonly Member[],
    weights: Weights,
    anchors: readonly Matrix[] | undefined,
  ) {
    this.#backend = backend;
    this.#which = which;
    this.members = members;
    this.weights = weights;
    this.#width = width;
    for (const matrix of [...weights.hidden, weights.readout, ...(anchors ?? [])]) this.#owned.keep(matrix);
    const tasks = members.map((member) => member.task);
    const { dimension, trainLabels, testLabels } = tasks[0]!;
    const [examples, tests] = [trainLabels.length, testLabels.length];
    const inputs = this.#owned.keep(stackTasks(backend, tasks, { rows: examples, columns: dimension }, (task) => task.trainInputs));
    const labels = this.#owned.keep(stackTasks(backend, tasks, { rows: examples, columns: 1 }, (task) => task.trainLabels));
    this.#testInputs = this.#owned.keep(stackTasks(backend, tasks, { rows: tests, columns: dimension }, (task) => task.testInputs));
    this.#problem = { activation, inputs, labels, base: this.#raw(activation, inputs), points: members, ...(anchors && { anchors }) };
    this.diverged = members.map(() => -1);
    this.#steps = members.map(() => 0);
    this.#shortest = members.map(() => Infinity);
    this.#curvature = members.map(() => 0);
  }

  /** Source networks from the prior N(0, 1). */
  static source(backend: Backend, architecture: Architecture, members: readonly Member[]): GradientStage {
    const seeds = members.map((member) => member.seed);
    const weights = freshWeights(backend, architecture, members[0]!.task.dimension, seeds);
    return new GradientStage(backend, 'source', architecture, members, weights, undefined);
  }

  /** Target networks; member b starts from, and is coupled to, source network `of[b]`. */
  static target(
    backend: Backend,
    architecture: Architecture,
    members: readonly Member[],
    source: Weights,
    of: readonly number[],
    readout: 'fresh' | 'kept',
  ): GradientStage {
    const seeds = members.map((member) => member.seed);
    const coupled = members.some((member) => member.delta > 0);
    const hidden = source.hidden.map((matrix) => gather(backend, matrix, of));
    const anchors = coupled ? source.hidden.map((matrix) => gather(backend, matrix, of)) : undefined;
    const top = readout === 'kept' ? gather(backend, source.readout, of) : freshReadout(backend, architecture.width, seeds, 1);
    return new GradientStage(backend, 'target', architecture, members, { hidden, readout: top }, anchors);
  }

  get finished(): boolean {
    return this.#stretch >= this.#planned;
  }

  get progress(): number {
    const within = this.#counts ? this.#made / Math.max(1, ...this.#counts) : 0;
    const [from, to] = [this.#share(this.#stretch), this.#share(this.#stretch + 1)];
    return Math.min(1, (from + within * (to - from)) / this.#share(this.#planned));
  }

  extend(share: number): void {
    const perStretch = this.#share(stretches) - this.#share(stretches - 1);
    this.#planned += Math.max(1, Math.round((share * this.#share(this.#planned)) / perStretch));
  }

  async advance(count: number, signal: AbortSignal): Promise<number> {
    if (this.finished) return 0;
    const stopped: Stopped = async () => {
      // What is queued is waited for where it takes long, so that little of it is left when someone stops.
      if (this.#looking > patience) await settledOrStopped(this.#backend, signal);
      return signal.aborted;
    };
    await this.#heed();
    if (this.records.length === 0 && !(await this.#record(0, this.#steps, stopped))) return 0;
    const counts = (this.#counts ??= await this.#plan(stopped));
    if (!counts || (await stopped())) return 0;
    const longest = Math.max(...counts);
    const from = this.#made;
    const end = Math.min(longest, from + Math.max(1, Math.floor(count)));
    if (end > from) {
      if (this.weights.hidden.length === 1) this.#descend(counts, end);
      else this.#descendLayers(counts, end);
      await settledOrStopped(this.#backend, signal);
      if (!signal.aborted) await this.#heed();
    }
    if (end === longest && !signal.aborted) {
      const steps = this.#steps.map((before, b) => before + counts[b]!);
      if (!(await this.#record(this.#share(this.#stretch + 1), steps, stopped))) return end - from;
      this.#steps = steps;
      this.#counts = undefined;
      this.#made = 0;
      this.#stretch++;
    }
    return end - from;
  }

  async predictions(): Promise<readonly Predictions[]> {
    await this.#heed();
    const [train, test] = (await this.#outputs(never))!;
    return this.members.map((_, b) => ({ train: certain(train[b]!), test: certain(test[b]!) }));
  }

  health(member: number): Omit<NetworkHealth, 'networks'> {
    const step = this.#shortest[member]!;
    const curvature = this.#curvature[member]!;
    return { steps: this.#steps[member]!, ...(step < Infinity && { step }), ...(curvature > 0 && { curvature }) };
  }

  async features(member: number, set: 'train' | 'test'): Promise<Float64Array> {
    const hidden = this.weights.hidden.map((matrix) => this.#backend.slice(matrix, member));
    const inputs = set === 'train' ? this.#problem.inputs : this.#testInputs;
    using own = this.#backend.slice(inputs, inputs.batch === 1 ? 0 : member);
    using pass = forward(this.#backend, this.#problem.activation, hidden, own);
    for (const matrix of hidden) matrix[Symbol.dispose]();
    using rows = this.#backend.transpose(pass.values.at(-1)!);
    return await this.#backend.read(rows);
  }

  [Symbol.dispose](): void {
    this.#owned[Symbol.dispose]();
    this.#status?.[Symbol.dispose]();
  }

  /** Time at the end of stretch k as a share of the stage's: (k/K)², and beyond K about as long as the last, a whole number of them to 1. */
  #share(k: number): number {
    return k <= stretches ? (k / stretches) ** 2 : 1 + (k - stretches) / (stretches / 2);
  }

  /** Σ vφ on `from`, [B, n, 1], kept with the stage. */
  #raw(activation: Architecture['activation'], from: Matrix): Matrix {
    using pass = forward(this.#backend, activation, this.weights.hidden, from);
    return this.#owned.keep(outputs(this.#backend, pass.values.at(-1)!, this.weights.readout));
  }

  /** Steps of this stretch up to `end`; two layers have an operation of their own. */
  #descend(counts: readonly number[], end: number): void {
    const { activation, inputs, labels, base, anchors } = this.#problem;
    const points = this.members.map((member, b) => ({ ...member, length: this.#lengths[b]!, count: counts[b]! }));
    const [weights, anchor] = [this.weights.hidden[0]!, anchors?.[0]];
    const problem = { activation, inputs, labels, base, points, ...(anchor && { anchor }) };
    this.#status = this.#backend.descend(problem, { weights, readout: this.weights.readout }, this.#made, end - this.#made);
    this.#made = end;
  }

  /** Reads where networks were lost in the last steps, which a stop does not wait for. */
  async #heed(): Promise<void> {
    using status = this.#status;
    this.#status = undefined;
    if (!status) return;
    (await this.#backend.read(status)).forEach((lost, b) => {
      if (lost >= 0 && this.diverged[b] === -1) this.diverged[b] = this.#steps[b]! + lost;
    });
  }

  #descendLayers(counts: readonly number[], end: number): void {
    while (this.#made < end) {
      // Networks that need fewer steps for the stretch stand still for the rest of it.
      const next = Math.min(end, ...counts.filter((steps) => steps > this.#made));
      const dt = this.#lengths.map((length, b) => (counts[b]! > this.#made ? length : 0));
      gradientSteps(this.#backend, this.#problem, this.weights, dt, next - this.#made);
      this.#made = next;
    }
  }

  /** Steps of each member in the stretch that begins; none where it was stopped. */
  async #plan(stopped: Stopped): Promise<number[] | undefined> {
    const [from, to] = [this.#share(this.#stretch), this.#share(this.#stretch + 1)];
    const free = this.members.some((member) => member.step === undefined);
    const curvatures = free ? await largestCurvatures(this.#backend, this.#problem, this.weights, stopped) : [];
    if (!curvatures) return undefined;
    const counts = this.members.map(({ step, time }, b) => {
      if (this.diverged[b]! >= 0 || time === 0) return 0;
      if (step !== undefined) return Math.round(wholeSteps(time, step) * to) - Math.round(wholeSteps(time, step) * from);
      const curvature = curvatures[b]!;
      this.#curvature[b] = Math.max(this.#curvature[b]!, curvature);
      return Math.max(1, Math.ceil((time * (to - from) * curvature) / resolution));
    });
    this.#lengths = this.members.map(({ step, time }, b) => {
      if (counts[b] === 0) return 0;
      return step === undefined ? (time * (to - from)) / counts[b]! : time / wholeSteps(time, step);
    });
    this.#lengths.forEach((length, b) => {
      if (counts[b]! > 0) this.#shortest[b] = Math.min(this.#shortest[b]!, length);
    });
    return counts;
  }

  /** From the losses before any step; undefined where it was stopped. */
  async #ceilingsFrom(losses: readonly number[], stopped: Stopped): Promise<readonly number[] | undefined> {
    const squares = this.members.map(() => 0);
    if (this.members.some(({ weightDecay }) => weightDecay > 0))
      for (const matrix of [...this.weights.hidden, this.weights.readout]) {
        using own = this.#backend.dot(matrix, matrix);
        if (await stopped()) return undefined;
        (await this.#backend.read(own)).forEach((square, b) => (squares[b]! += square));
      }
    return this.members.map(({ gamma, weightDecay, task }, b) => {
      const decaying = (weightDecay * squares[b]!) / (gamma ** 2 * this.#width * task.trainLabels.length);
      return losses[b]! < Infinity ? gainTooMuch * (losses[b]! + decaying) + rounding : NaN;
    });
  }

  /** Whether it was recorded: stopped on the way, it is as if it had not begun. */
  async #record(share: number, steps: readonly number[], stopped: Stopped): Promise<boolean> {
    const began = performance.now();
    const seen = await this.#outputs(stopped, true);
    if (!seen) return false;
    this.#looking = performance.now() - began;
    const [train, test, alignment] = seen;
    const errors = (set: readonly Float64Array[], labels: (member: Member) => Float64Array): number[] =>
      this.members.map((member, b) => meanError(certain(set[b]!), labels(member)));
    const losses = errors(train, (member) => member.task.trainLabels);
    const ceilings = (this.#ceilings ??= await this.#ceilingsFrom(losses, stopped));
    if (!ceilings) return false;
    losses.forEach((loss, b) => {
      if (!(loss <= ceilings[b]!) && this.diverged[b] === -1) this.diverged[b] = steps[b]!;
    });
    const record: NetworkRecord = {
      stage: this.#which,
      time: share,
      steps: [...steps],
      // Of a network that is lost nothing is plotted, numbers though they be.
      train: losses.map((loss, b) => (this.diverged[b]! >= 0 ? NaN : loss)),
      test: errors(test, (member) => member.task.testLabels),
      alignment,
    };
    this.records.push(record);
    return true;
  }

  /**
   * f on the training and test sets, member by member, and the alignment of the features with the labels where asked for; nothing where it
   * was stopped.
   */
  async #outputs(
    stopped: Stopped,
    aligned = false,
  ): Promise<[train: Float64Array[], test: Float64Array[], alignment: number[]] | undefined> {
    const backend = this.#backend;
    const { activation, inputs, base, labels } = this.#problem;
    const scale = this.members.map(({ gamma }) => 1 / (gamma * this.#width));
    const centred = async (
      from: Matrix,
      startOf: () => Matrix,
      seen?: (values: Matrix) => Promise<boolean>,
    ): Promise<Float64Array[] | undefined> => {
      if (await stopped()) return undefined;
      const start = startOf();
      if (await stopped()) return undefined;
      using pass = forward(backend, activation, this.weights.hidden, from);
      if (await stopped()) return undefined;
      using raw = outputs(backend, pass.values.at(-1)!, this.weights.readout);
      using f = backend.combine([
        [scale, raw],
        [scale.map((value) => -value), start],
      ]);
      if (await stopped()) return undefined;
      const numbers = await backend.read(f);
      if (await stopped()) return undefined;
      if (seen && !(await seen(pass.values.at(-1)!))) return undefined;
      return this.members.map((_, b) => numbers.slice(b * f.rows, (b + 1) * f.rows));
    };
    let alignment: number[] | undefined = [];
    const align = async (values: Matrix): Promise<boolean> => {
      alignment = await alignmentsUnless(stopped, backend, values, labels);
      return alignment !== undefined;
    };
    const train = await centred(inputs, () => base, aligned ? align : undefined);
    const test = train && (await centred(this.#testInputs, () => (this.#testBase ??= this.#raw(activation, this.#testInputs))));
    return train && test && [train, test, alignment];
  }
}
