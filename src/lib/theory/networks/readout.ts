import type { Backend, Matrix } from '$lib/backend/backend';
import { gather } from '$lib/theory/common/stack';
import { alignmentsUnless } from '$lib/theory/networks/alignments';
import { forward } from '$lib/theory/networks/forward';
import { certain, type Architecture, type Member, type Place, type TrainingStage, type Weights } from '$lib/theory/networks/member';
import { NetworkBatch } from '$lib/theory/networks/network-batch';
import type { NetworkHealth } from '$lib/theory/networks/networks';
import { readoutNorms } from '$lib/theory/networks/readout-norms';
import { meanError, type Predictions } from '$lib/theory/networks/statistics';
import { never } from '$lib/theory/networks/stopped';

/**
 * Ridge on features that stay as the source left them, the target of δ → ∞: f(x) = k(x)(Φ + T I)⁻¹y with Φ = φᵀφ/N and k(x) = φ(x)ᵀφ/N of
 * the network's own features of the last hidden layer; v = γ φ (Φ + T I)⁻¹ y in f = (1/(γN)) Σ vφ. One step.
 */
export class ReadoutStage extends NetworkBatch implements TrainingStage {
  readonly #width: number;
  readonly #weights: readonly Matrix[];
  #predictions: readonly Predictions[] = [];
  #readout: Matrix | undefined;

  constructor(
    backend: Backend,
    place: Place,
    { activation, width }: Architecture,
    members: readonly Member[],
    source: Weights,
    of: readonly number[],
  ) {
    super(backend, place, activation, members);
    this.#width = width;
    this.#weights = source.hidden.map((matrix) => this.owned.keep(gather(backend, matrix, of)));
  }

  get weights(): Weights {
    if (!this.#readout) throw new Error('nothing is solved yet');
    return { hidden: this.#weights, readout: this.#readout };
  }

  get finished(): boolean {
    return this.#readout !== undefined;
  }

  get progress(): number {
    return this.finished ? 1 : 0;
  }

  /** There is no more to be done than is done. */
  extend(): void {
    return undefined;
  }

  async advance(): Promise<number> {
    if (this.finished) return 0;
    const { backend, activation } = this;
    const width = this.#width;
    using pass = forward(backend, activation, this.#weights, this.inputs);
    const values = pass.values.at(-1)!;
    using kernel = backend.product(values, values, { transposeA: true, alpha: 1 / width });
    using system = backend.addDiagonal(
      kernel,
      this.members.map((member) => member.temperature),
    );
    using factor = backend.cholesky(system);
    const failures = await factor.failures();
    failures.forEach((pivot, b) => {
      if (pivot >= 0) this.diverged[b] = 0;
    });
    using dual = backend.solve(factor, this.labels);
    using elsewhere = forward(backend, activation, this.#weights, this.testInputs);
    const there = elsewhere.values.at(-1)!;
    using cross = backend.product(there, values, { transposeA: true, alpha: 1 / width });
    using onTrain = backend.product(kernel, dual);
    using onTest = backend.product(cross, dual);
    const [train, test] = [await backend.read(onTrain), await backend.read(onTest)];
    this.#predictions = this.members.map((_, b) => ({
      train: certain(train.slice(b * onTrain.rows, (b + 1) * onTrain.rows)),
      test: certain(test.slice(b * onTest.rows, (b + 1) * onTest.rows)),
    }));
    using projected = backend.product(values, dual);
    this.#readout = this.owned.keep(backend.combine([[this.members.map((member) => member.gamma), projected]]));
    this.records.push({
      stage: this.place.name,
      task: this.place.order,
      time: 1,
      steps: this.members.map(() => 1),
      train: this.members.map((member, b) => meanError(this.#predictions[b]!.train, member.task.trainLabels)),
      test: this.members.map((member, b) => meanError(this.#predictions[b]!.test, member.task.testLabels)),
      alignment: (await alignmentsUnless(never, backend, values, this.labels))!,
    });
    return 1;
  }

  predictions(): Promise<readonly Predictions[]> {
    if (!this.finished) throw new Error('nothing is solved yet');
    return Promise.resolve(this.#predictions);
  }

  readoutNorms(): Promise<readonly number[]> {
    return readoutNorms(this.backend, this.weights.readout);
  }

  health(): Omit<NetworkHealth, 'networks'> {
    return { steps: 1 };
  }
}
