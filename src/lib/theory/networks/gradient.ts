import type { Backend, Matrix } from '$lib/backend/backend';
import { gather } from '$lib/theory/common/stack';
import { ceilingsFrom } from '$lib/theory/networks/ceilings';
import { largestCurvatures } from '$lib/theory/networks/curvature';
import { forward, outputs } from '$lib/theory/networks/forward';
import { freshReadout, freshWeights } from '$lib/theory/networks/fresh-weights';
import { gradientSteps, type GradientProblem } from '$lib/theory/networks/gradient-steps';
import { certain, type Architecture, type Member, type Place, type TrainingStage, type Weights } from '$lib/theory/networks/member';
import { NetworkBatch } from '$lib/theory/networks/network-batch';
import type { NetworkHealth, NetworkRecord } from '$lib/theory/networks/networks';
import { observe, type Observation } from '$lib/theory/networks/observe';
import { readoutNorms } from '$lib/theory/networks/readout-norms';
import { meanError, type Predictions } from '$lib/theory/networks/statistics';
import { never, type Stopped } from '$lib/theory/networks/stopped';
import { Stretches } from '$lib/theory/networks/stretches';
import { settledOrStopped } from '$lib/theory/stopping';

/** Milliseconds of a look at the networks beyond which its parts are waited for one by one. */
const patience = 50;

/** Networks under gradient descent, `theory.md` §3; what is given is theirs from then on. */
export class GradientStage extends NetworkBatch implements TrainingStage {
  readonly weights: Weights;
  readonly #problem: GradientProblem;
  /** Outputs on the test set at the start: made when first looked at, which is before any step. */
  #testBase: Matrix | undefined;
  readonly #width: number;
  readonly #stretches: Stretches;
  #steps: number[];
  /** Milliseconds of the last look at the networks; what it takes is not known before the first, nor what their making has left to do. */
  #looking = Infinity;
  /** The largest mean loss with which each member is not lost, as long as the stage has begun. */
  #ceilings: readonly number[] | undefined;
  /** After which steps networks were lost, [B, 1, 1], as long as nobody has read it. */
  #status: Matrix | undefined;

  private constructor(
    backend: Backend,
    place: Place,
    { activation, width }: Architecture,
    members: readonly Member[],
    weights: Weights,
    anchors: readonly Matrix[] | undefined,
  ) {
    super(backend, place, activation, members);
    this.weights = weights;
    this.#width = width;
    for (const matrix of [...weights.hidden, weights.readout, ...(anchors ?? [])]) this.owned.keep(matrix);
    const { inputs, labels } = this;
    this.#problem = { activation, inputs, labels, base: this.#raw(inputs), points: members, ...(anchors && { anchors }) };
    this.#steps = members.map(() => 0);
    this.#stretches = new Stretches(members);
  }

  /** Source networks from the prior N(0, 1). */
  static source(backend: Backend, architecture: Architecture, members: readonly Member[]): GradientStage {
    const seeds = members.map((member) => member.seed);
    const weights = freshWeights(backend, architecture, members[0]!.task.dimension, seeds);
    return new GradientStage(backend, { order: 0, name: 'source' }, architecture, members, weights, undefined);
  }

  /** Target networks; member b starts from, and is coupled to, network `of[b]` of the stage before. */
  static target(
    backend: Backend,
    place: Place,
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
    const top = readout === 'kept' ? gather(backend, source.readout, of) : freshReadout(backend, architecture.width, seeds, place.order);
    return new GradientStage(backend, place, architecture, members, { hidden, readout: top }, anchors);
  }

  get finished(): boolean {
    return this.#stretches.finished;
  }

  get progress(): number {
    return this.#stretches.progress;
  }

  extend(share: number): void {
    this.#stretches.extend(share);
  }

  async advance(count: number, signal: AbortSignal): Promise<number> {
    if (this.finished) return 0;
    const stopped: Stopped = async () => {
      // What is queued is waited for where it takes long, so that little of it is left when someone stops.
      if (this.#looking > patience) await settledOrStopped(this.backend, signal);
      return signal.aborted;
    };
    await this.#heed();
    if (this.records.length === 0 && !(await this.#record(0, this.#steps, stopped))) return 0;
    const counts = this.#stretches.counts ?? (await this.#plan(stopped));
    if (!counts || (await stopped())) return 0;
    const longest = Math.max(...counts);
    const from = this.#stretches.made;
    const end = Math.min(longest, from + Math.max(1, Math.floor(count)));
    if (end > from) {
      if (this.weights.hidden.length === 1) this.#descend(counts, end);
      else this.#descendLayers(counts, end);
      await settledOrStopped(this.backend, signal);
      if (!signal.aborted) await this.#heed();
    }
    if (end === longest && !signal.aborted) {
      const steps = this.#steps.map((before, b) => before + counts[b]!);
      if (!(await this.#record(this.#stretches.end, steps, stopped))) return end - from;
      this.#steps = steps;
      this.#stretches.next();
    }
    return end - from;
  }

  async predictions(): Promise<readonly Predictions[]> {
    await this.#heed();
    const { train, test } = (await this.#observe(never))!;
    return this.members.map((_, b) => ({ train: certain(train[b]!), test: certain(test[b]!) }));
  }

  readoutNorms(): Promise<readonly number[]> {
    return readoutNorms(this.backend, this.weights.readout);
  }

  health(member: number): Omit<NetworkHealth, 'networks'> {
    const step = this.#stretches.shortest[member]!;
    const curvature = this.#stretches.curvature[member]!;
    return { steps: this.#steps[member]!, ...(step < Infinity && { step }), ...(curvature > 0 && { curvature }) };
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#status?.[Symbol.dispose]();
  }

  /** Σ vφ on `from`, [B, n, 1], kept with the stage. */
  #raw(from: Matrix): Matrix {
    using pass = forward(this.backend, this.activation, this.weights.hidden, from);
    return this.owned.keep(outputs(this.backend, pass.values.at(-1)!, this.weights.readout));
  }

  /** Steps of this stretch up to `end`; two layers have an operation of their own. */
  #descend(counts: readonly number[], end: number): void {
    const { activation, inputs, labels, base, anchors } = this.#problem;
    const { made } = this.#stretches;
    const points = this.members.map((member, b) => ({ ...member, length: this.#stretches.lengths[b]!, count: counts[b]! }));
    const [weights, anchor] = [this.weights.hidden[0]!, anchors?.[0]];
    const problem = { activation, inputs, labels, base, points, ...(anchor && { anchor }) };
    this.#status = this.backend.descend(problem, { weights, readout: this.weights.readout }, made, end - made);
    this.#stretches.made = end;
  }

  /** Reads where networks were lost in the last steps, which a stop does not wait for. */
  async #heed(): Promise<void> {
    using status = this.#status;
    this.#status = undefined;
    if (!status) return;
    (await this.backend.read(status)).forEach((lost, b) => {
      if (lost >= 0 && this.diverged[b] === -1) this.diverged[b] = this.#steps[b]! + lost;
    });
  }

  #descendLayers(counts: readonly number[], end: number): void {
    const stretches = this.#stretches;
    while (stretches.made < end) {
      const { made, lengths } = stretches;
      // Networks that need fewer steps for the stretch stand still for the rest of it.
      const next = Math.min(end, ...counts.filter((steps) => steps > made));
      const dt = lengths.map((length, b) => (counts[b]! > made ? length : 0));
      gradientSteps(this.backend, this.#problem, this.weights, dt, next - made);
      stretches.made = next;
    }
  }

  /** Steps of each member in the stretch that begins; none where it was stopped. */
  async #plan(stopped: Stopped): Promise<readonly number[] | undefined> {
    const free = this.members.some((member) => member.step === undefined);
    const curvatures = free ? await largestCurvatures(this.backend, this.#problem, this.weights, stopped) : [];
    if (!curvatures) return undefined;
    return this.#stretches.plan(curvatures, (b) => this.diverged[b]! >= 0);
  }

  #observe(stopped: Stopped, aligned = false): Promise<Observation | undefined> {
    const observed = {
      problem: this.#problem,
      weights: this.weights,
      scale: this.members.map(({ gamma }) => 1 / (gamma * this.#width)),
      testInputs: this.testInputs,
      testBase: () => (this.#testBase ??= this.#raw(this.testInputs)),
    };
    return observe(this.backend, observed, stopped, aligned);
  }

  /** Whether it was recorded: stopped on the way, it is as if it had not begun. */
  async #record(share: number, steps: readonly number[], stopped: Stopped): Promise<boolean> {
    const began = performance.now();
    const seen = await this.#observe(stopped, true);
    if (!seen) return false;
    this.#looking = performance.now() - began;
    const { train, test, alignment } = seen;
    const errors = (set: readonly Float64Array[], labels: (member: Member) => Float64Array): number[] =>
      this.members.map((member, b) => meanError(certain(set[b]!), labels(member)));
    const losses = errors(train, (member) => member.task.trainLabels);
    const ceilings = (this.#ceilings ??= await ceilingsFrom(this.backend, this.members, this.weights, losses, stopped));
    if (!ceilings) return false;
    losses.forEach((loss, b) => {
      if (!(loss <= ceilings[b]!) && this.diverged[b] === -1) this.diverged[b] = steps[b]!;
    });
    const record: NetworkRecord = {
      stage: this.place.name,
      task: this.place.order,
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
}
