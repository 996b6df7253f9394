import type { Matrix, RandomKey, WalkerBackend, WalkerField, WalkerState, WalkerStride } from '$lib/backend/backend';
import type { Bend } from '$lib/theory/bayes/deep/target/bend';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Small } from '$lib/theory/bayes/deep/target/small';
import { Owned } from '$lib/theory/owned';

/** A field on an engine that owns its matrices. */
export interface Field extends WalkerField {
  [Symbol.dispose](): void;
}

/** h = m + R z under N(0, I) exp(½ φᵀAφ + b·φ): R and A [n, n], m and b [M, n]. Takes over m, but not b. */
export function fieldOn(
  engine: WalkerBackend,
  { activation }: Bend,
  { factor, conjugate }: { readonly factor: Small; readonly conjugate: Small },
  means?: Matrix,
  tilts?: Matrix,
): Field {
  const made = new Owned();
  if (means) made.keep(means);
  const n = Math.sqrt(factor.length);
  const square = (numbers: Small): Matrix => made.keep(engine.upload({ rows: n, columns: n }, numbers));
  const field = { activation, factor: square(factor), conjugate: square(conjugate), means, tilts };
  return {
    ...field,
    [Symbol.dispose]: () => {
      made[Symbol.dispose]();
    },
  };
}

/** Neurons of one layer on the engine that follows them, in whitened coordinates: `copies` thermal replicas of M disorder samples, each matrix [copies, M, n]. */
export class Neurons {
  readonly state: WalkerState;
  readonly #made = new Owned();
  /** z and φ as they were when they were looked at last, replica after replica. */
  z: Float64Array = new Float64Array();
  values: Float64Array = new Float64Array();
  /** The field for which h, φ and φ′ are right. */
  #field: Field | undefined;

  constructor(
    readonly engine: WalkerBackend,
    readonly bend: Bend,
    readonly samples: number,
    readonly copies: number,
    readonly n: number,
  ) {
    const shape = { batch: copies, rows: samples, columns: n };
    const blank = (): Matrix => this.#made.keep(engine.zeros(shape));
    this.state = { z: blank(), h: blank(), values: blank(), slopes: blank() };
  }

  get count(): number {
    return this.samples * this.copies;
  }

  /** Puts z, [copies M, n], where it is told. */
  put(z: ArrayLike<number>): void {
    using uploaded = this.engine.upload(this.state.z, z);
    this.engine.copy(uploaded, this.state.z);
    this.#field = undefined;
  }

  /** z of all neurons. */
  places(): Promise<Float64Array> {
    return this.engine.read(this.state.z);
  }

  /** Reads z and φ. */
  async look(): Promise<void> {
    this.z = await this.places();
    this.values = await this.engine.read(this.state.values);
  }

  /** h, φ and φ′ where z is. */
  place(field: Field): void {
    this.engine.placeWalkers(field, this.state);
    this.#field = field;
  }

  /** One Metropolis step, and a flip before it where there are numbers for it. Returns the share of moves that were accepted. */
  async move(field: Field, stride: WalkerStride, key: RandomKey, flips: RandomKey | undefined, breath: Breath): Promise<number> {
    const placed = this.#field === field;
    this.#field = undefined;
    const accepted = await this.engine.moveWalkers(field, this.state, stride, key, { flips, placed }, () => breath.pause());
    this.#field = field;
    return accepted / this.count;
  }

  /** ∂g = φ′ ∘ (Aφ + b), [copies, M, n]. */
  pull(field: Field): Matrix {
    return this.engine.pullWalkers(field, this.state);
  }

  [Symbol.dispose](): void {
    this.#made[Symbol.dispose]();
  }
}
