import { streams } from '$lib/base/random';
import type { Backend, Matrix } from '$lib/backend/backend';
import { gather, normalsOf } from '$lib/theory/common/stack';
import { alignmentsUnless } from '$lib/theory/networks/alignments';
import { Chain, keysOf } from '$lib/theory/networks/chain';
import { effectiveSamples } from '$lib/theory/networks/effective';
import type { Architecture, Member, Place, TrainingStage, Weights } from '$lib/theory/networks/member';
import { predictionsUnless } from '$lib/theory/networks/predictions';
import { NetworkBatch } from '$lib/theory/networks/network-batch';
import type { NetworkHealth } from '$lib/theory/networks/networks';
import { drawReadout, type Posterior } from '$lib/theory/networks/posterior';
import { conditionalNormsUnless } from '$lib/theory/networks/readout-norms';
import { meanError, type Prediction, type Predictions } from '$lib/theory/networks/statistics';
import type { Stopped } from '$lib/theory/networks/stopped';
import { Owned } from '$lib/theory/owned';
import { settledOrStopped } from '$lib/theory/stopping';

/** Milliseconds of a trajectory beyond which it can be stopped before its end. */
const patience = 100;

/** How a stage is sampled. */
export interface Sampling {
  /** c of each member: f = φᵀv/(√N c). */
  readonly scale: (member: Member, width: number) => number;
  readonly burnIn: number;
  readonly samples: number;
  readonly thinning: number;
}

/** Means over samples of ⟨f⟩ and ⟨f²⟩ given w, per member. */
interface Sums {
  readonly mean: Float64Array[];
  readonly square: Float64Array[];
}

/**
 * Networks sampled from their posterior, `theory.md` §2 or §4. w moves by trajectories of a `Chain` with v integrated out; each sample's
 * outputs are those given w, averaged over v in closed form, and with them the moments of f over the posterior.
 */
export class LangevinStage extends NetworkBatch implements TrainingStage {
  readonly #posterior: Posterior;
  /** u of every layer at the start, given back when the chain has begun. */
  readonly #starts = new Owned();
  readonly #start: readonly Matrix[];
  readonly #anchors: readonly Matrix[] | undefined;
  readonly #width: number;
  readonly #burnIn: number;
  readonly #thinning: number;
  #samples: number;
  #chain: Chain | undefined;
  #readout: Matrix | undefined;
  /** Milliseconds of the last trajectory. */
  #duration = Infinity;
  /** Trajectories made and samples taken, and whether one is due before the next trajectory. */
  #made = 0;
  #taken = 0;
  #due = false;
  readonly #train: Sums;
  readonly #test: Sums;
  /** Sums of ⟨|v|²⟩/N over samples, per member. */
  readonly #norms: number[];
  readonly #accepted: number[];

  constructor(
    backend: Backend,
    place: Place,
    { activation, width, depth }: Architecture,
    members: readonly Member[],
    sampling: Sampling,
    anchors?: readonly Matrix[],
  ) {
    super(backend, place, activation, members);
    this.#width = width;
    this.#burnIn = sampling.burnIn;
    this.#samples = sampling.samples;
    this.#thinning = sampling.thinning;
    const { dimension, trainLabels, testLabels } = members[0]!.task;
    const [examples, tests] = [trainLabels.length, testLabels.length];
    const scales = members.map((member) => sampling.scale(member, width));
    this.#posterior = {
      activation,
      inputs: this.inputs,
      labels: this.owned.keep(backend.combine([[scales, this.labels]])),
      temperatures: members.map((member) => member.temperature),
      scales,
    };
    this.#start = Array.from({ length: depth }, (_, layer) =>
      this.#starts.keep(
        normalsOf(
          backend,
          { rows: width, columns: layer === 0 ? dimension : width },
          keysOf(members, place.order, streams.networkWeights, 0, layer),
        ),
      ),
    );
    this.#anchors = anchors?.map((matrix) => this.owned.keep(matrix));
    this.#accepted = members.map(() => 0);
    const sums = (count: number): Sums => ({
      mean: members.map(() => new Float64Array(count)),
      square: members.map(() => new Float64Array(count)),
    });
    this.#train = sums(examples);
    this.#test = sums(tests);
    this.#norms = members.map(() => 0);
  }

  /** Targets around the sampled weights of network `of[b]` of the stage before. */
  static target(
    backend: Backend,
    place: Place,
    architecture: Architecture,
    members: readonly Member[],
    sampling: Sampling,
    source: Weights,
    of: readonly number[],
  ): LangevinStage {
    return new LangevinStage(
      backend,
      place,
      architecture,
      members,
      sampling,
      source.hidden.map((matrix) => gather(backend, matrix, of)),
    );
  }

  get finished(): boolean {
    return this.#taken >= this.#samples;
  }

  get progress(): number {
    return Math.min(1, this.#made / (this.#burnIn + this.#samples * this.#thinning));
  }

  /** w as of now, and a v drawn given it. */
  get weights(): Weights {
    if (!this.#chain) throw new Error('nothing is sampled yet');
    this.#readout ??= this.#drawReadout(this.#chain);
    return { hidden: this.#chain.weights, readout: this.#readout };
  }

  extend(share: number): void {
    this.#samples += Math.max(1, Math.round(share * this.#samples));
  }

  async advance(count: number, signal: AbortSignal): Promise<number> {
    const stopped: Stopped = async () => {
      // Short trajectories are not worth waiting for their parts.
      if (this.#duration > patience) await settledOrStopped(this.backend, signal);
      return signal.aborted;
    };
    const of = { members: this.members, stage: this.place.order };
    const chain = (this.#chain ??= await Chain.start(this.backend, this.#posterior, of, this.#start, this.#anchors, stopped));
    if (chain) this.#starts[Symbol.dispose]();
    let made = 0;
    while (chain && made < count && !this.finished) {
      if (!this.#due) {
        if (!(await this.#move(chain, stopped))) break;
        made++;
      }
      if (this.#due && !(await this.#sample(chain, stopped))) break;
    }
    return made;
  }

  predictions(): Promise<readonly Predictions[]> {
    const taken = Math.max(1, this.#taken);
    const of = ({ mean, square }: Sums, b: number): Prediction => ({
      mean: mean[b]!.map((value) => value / taken),
      square: square[b]!.map((value) => value / taken),
    });
    return Promise.resolve(this.members.map((_, b) => ({ train: of(this.#train, b), test: of(this.#test, b) })));
  }

  readoutNorms(): Promise<readonly number[]> {
    return Promise.resolve(this.#norms.map((sum) => sum / Math.max(1, this.#taken)));
  }

  health(member: number): Omit<NetworkHealth, 'networks'> {
    const after = this.#made - this.#burnIn;
    if (after <= 0) return { steps: this.#made };
    const series = this.records.map((record) => record.test[member]!);
    return { steps: this.#made, acceptance: this.#accepted[member]! / after, effectiveSamples: effectiveSamples(series) };
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#readout?.[Symbol.dispose]();
    this.#starts[Symbol.dispose]();
    this.#chain?.[Symbol.dispose]();
  }

  /** A trajectory, and whether a sample is due after it; false where it was stopped. */
  async #move(chain: Chain, stopped: Stopped): Promise<boolean> {
    const burning = this.#made < this.#burnIn;
    const began = performance.now();
    const accepted = await chain.trajectory(burning, stopped);
    if (!accepted) return false;
    this.#duration = performance.now() - began;
    this.#readout?.[Symbol.dispose]();
    this.#readout = undefined;
    this.#made++;
    this.members.forEach((_, b) => {
      if (this.diverged[b] === -1 && !chain.sound(b)) this.diverged[b] = this.#made;
    });
    if (burning) return true;
    accepted.forEach((yes, b) => (this.#accepted[b]! += yes ? 1 : 0));
    this.#due = (this.#made - this.#burnIn) % this.#thinning === 0;
    return true;
  }

  /** Whether it was taken: stopped on the way it is as if it had not begun, and still due. */
  async #sample(chain: Chain, stopped: Stopped): Promise<boolean> {
    const backend = this.backend;
    const train = await predictionsUnless(stopped, backend, this.#posterior, chain, this.#posterior.inputs);
    const test = train && (await predictionsUnless(stopped, backend, this.#posterior, chain, this.testInputs));
    const alignment = test && (await alignmentsUnless(stopped, backend, chain.evaluation.values, this.labels));
    const norms = alignment && (await conditionalNormsUnless(stopped, backend, this.#posterior, chain.evaluation));
    if (!norms) return false;
    norms.forEach((value, b) => (this.#norms[b]! += value));
    const add = (seen: readonly Prediction[], sums: Sums, labels: (member: Member) => Float64Array): number[] =>
      seen.map((one, b) => {
        one.mean.forEach((value, i) => (sums.mean[b]![i]! += value));
        one.square.forEach((value, i) => (sums.square[b]![i]! += value));
        return meanError(one, labels(this.members[b]!));
      });
    this.#taken++;
    this.#due = false;
    this.records.push({
      stage: this.place.name,
      task: this.place.order,
      time: this.#made,
      steps: this.members.map(() => this.#made),
      train: add(train, this.#train, (member) => member.task.trainLabels),
      test: add(test, this.#test, (member) => member.task.testLabels),
      alignment,
    });
    return true;
  }

  #drawReadout(chain: Chain): Matrix {
    const examples = this.#posterior.inputs.rows;
    const keys = (purpose: number) => keysOf(this.members, this.place.order, purpose, this.#made, 0);
    using prior = normalsOf(this.backend, { rows: this.#width, columns: 1 }, keys(streams.networkReadout));
    using noise = normalsOf(this.backend, { rows: examples, columns: 1 }, keys(streams.networkDraw));
    return drawReadout(this.backend, this.#posterior, chain.evaluation, prior, noise);
  }
}
