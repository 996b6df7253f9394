import type { Member } from '$lib/theory/networks/member';

/** Stretches of a stage: after each one is recorded and the steps of the next are chosen. They grow like 1, 3, 5, …: early changes are fast. */
const stretches = 64;

/** dt times the largest curvature. Stable up to 2; the fastest mode's rate is then right to this half. */
const resolution = 0.05;

/** How many steps, none longer than was asked for, make the time; but for rounding, where they make it exactly. */
const wholeSteps = (time: number, step: number): number => Math.max(1, Math.ceil((time / step) * (1 - 1e-9)));

/** Time at the end of stretch k as a share of the stage's: (k/K)², and beyond K about as long as the last, a whole number of them to 1. */
const share = (k: number): number => (k <= stretches ? (k / stretches) ** 2 : 1 + (k - stretches) / (stretches / 2));

/** The time of a stage of gradient descent in stretches, and the steps of the one that is being made. */
export class Stretches {
  readonly #members: readonly Member[];
  #finished = 0;
  #planned = stretches;
  /** Steps made in this stretch. */
  made = 0;
  /** Each member's number of steps in this stretch, and their length; no number before they are planned. */
  counts: readonly number[] | undefined;
  lengths: readonly number[] = [];
  /** Of all stretches so far, for each member. */
  readonly shortest: number[];
  readonly curvature: number[];

  constructor(members: readonly Member[]) {
    this.#members = members;
    this.shortest = members.map(() => Infinity);
    this.curvature = members.map(() => 0);
  }

  get finished(): boolean {
    return this.#finished >= this.#planned;
  }

  /** Time at the end of this stretch as a share of the stage's. */
  get end(): number {
    return share(this.#finished + 1);
  }

  /** From 0 to 1. */
  get progress(): number {
    const within = this.counts ? this.made / Math.max(1, ...this.counts) : 0;
    const from = share(this.#finished);
    return Math.min(1, (from + within * (this.end - from)) / share(this.#planned));
  }

  /** Adds this share of the whole time. */
  extend(more: number): void {
    const perStretch = share(stretches) - share(stretches - 1);
    this.#planned += Math.max(1, Math.round((more * share(this.#planned)) / perStretch));
  }

  /** Plans the steps of the stretch that begins, of each member from its largest curvature where its steps are free; none where it stands still. */
  plan(curvatures: readonly number[], standsStill: (member: number) => boolean): readonly number[] {
    const [from, to] = [share(this.#finished), this.end];
    const counts = this.#members.map(({ step, time }, b) => {
      if (standsStill(b) || time === 0) return 0;
      if (step !== undefined) return Math.round(wholeSteps(time, step) * to) - Math.round(wholeSteps(time, step) * from);
      const curvature = curvatures[b]!;
      this.curvature[b] = Math.max(this.curvature[b]!, curvature);
      return Math.max(1, Math.ceil((time * (to - from) * curvature) / resolution));
    });
    this.lengths = this.#members.map(({ step, time }, b) => {
      if (counts[b] === 0) return 0;
      return step === undefined ? (time * (to - from)) / counts[b]! : time / wholeSteps(time, step);
    });
    this.lengths.forEach((length, b) => {
      if (counts[b]! > 0) this.shortest[b] = Math.min(this.shortest[b]!, length);
    });
    this.counts = counts;
    return counts;
  }

  /** Begins the next stretch. */
  next(): void {
    this.counts = undefined;
    this.made = 0;
    this.#finished += 1;
  }
}
