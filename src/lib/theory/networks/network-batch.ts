import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import { stackInputs, stackLabels, stackTestInputs } from '$lib/theory/common/stack';
import { readFeatures } from '$lib/theory/networks/forward';
import type { Member, Place, Weights } from '$lib/theory/networks/member';
import type { NetworkRecord } from '$lib/theory/networks/networks';
import { Owned } from '$lib/theory/owned';

/** What the networks of every stage have: their data on the backend, the records made so far, and where they were lost. */
export abstract class NetworkBatch {
  readonly records: NetworkRecord[] = [];
  /** For each member the step at which its numbers stopped being numbers, or −1. */
  readonly diverged: number[];
  protected readonly owned = new Owned();
  /** [B or 1, P, D], [B or 1, P, 1] and [B or 1, P′, D]. */
  protected readonly inputs: Matrix;
  protected readonly labels: Matrix;
  protected readonly testInputs: Matrix;

  constructor(
    protected readonly backend: Backend,
    protected readonly place: Place,
    protected readonly activation: Activation,
    readonly members: readonly Member[],
  ) {
    this.diverged = members.map(() => -1);
    const tasks = members.map((member) => member.task);
    this.inputs = this.owned.keep(stackInputs(backend, tasks));
    this.labels = this.owned.keep(stackLabels(backend, tasks));
    this.testInputs = this.owned.keep(stackTestInputs(backend, tasks));
  }

  abstract get weights(): Weights;

  features(member: number, set: 'train' | 'test'): Promise<Float64Array> {
    return readFeatures(this.backend, this.activation, this.weights.hidden, set === 'train' ? this.inputs : this.testInputs, member);
  }

  [Symbol.dispose](): void {
    this.owned[Symbol.dispose]();
  }
}
