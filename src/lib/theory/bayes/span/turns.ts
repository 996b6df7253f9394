import type { Activation } from '$lib/base/activation';
import { activationFunctions } from '$lib/base/special';
import type { Cells, Interval } from '$lib/theory/bayes/span/cells';
import type { NodeLaw } from '$lib/theory/bayes/span/law';
import { interpolation, nodeIn, order, weightIn } from '$lib/theory/bayes/span/panels';

/** |h| beyond which erf and tanh are ±1 to rounding; relu has a kink only. */
const saturated: Readonly<Partial<Record<Activation, number>>> = { erf: 6, tanh: 20 };

/** How far |h| may go within half a panel that is left to its nodes: they err by 10⁻⁵ of what φ is there, and less where the turn is not in its middle. */
const gentle = 2;

/** Cells with less than this share of Σ|mass · s| are left as they are. */
const negligible = 1e-12;

/** Turns of φ in the cells of a law. */
export class Turns {
  readonly #made: Cells;
  readonly #law: NodeLaw;
  /** Cells that count. */
  readonly #held: readonly number[];

  constructor(made: Cells, law: NodeLaw) {
    this.#made = made;
    this.#law = law;
    const each = made.angles * order;
    const sizes = law.cells.map((_, c) => {
      let size = 0;
      for (let k = c * each; k < (c + 1) * each; k++) size += law.masses[k]! * Math.abs(law.tilt[k]!);
      return size;
    });
    const least = negligible * sizes.reduce((sum, size) => sum + size, 0);
    this.#held = [...sizes.keys()].filter((c) => sizes[c]! > least);
  }

  /**
   * What the nodes' sum of mass · s · φ(w · c) lacks for an input c = x/√D = (a, b) of the span. Cells are cut where φ of training inputs turns. φ of
   * another input turns at the two rays w · c = 0 inside of them, like a step where |c| is large: there each node stood for its whole neighbourhood, and
   * the sum on cells cut in four could be wrong by as much. The density is smooth in a cell, so that it is known between the nodes too: the panels of
   * angle are cut at the turn, and towards it where it is steep.
   */
  missing(a: number, b: number): number {
    let sum = 0;
    this.#cuts(a, b, (c, ends) => (sum += this.#between(c, ends, Math.hypot(a, b), Math.atan2(b, a))));
    return sum;
  }

  /** Evaluations of φ that `missing` takes. */
  work(a: number, b: number): number {
    let panels = 0;
    this.#cuts(a, b, (_, ends) => (panels += ends.length));
    return panels * order * order;
  }

  /** Calls `use` with each cell whose panel of angle is to be cut, and where. */
  #cuts(a: number, b: number, use: (c: number, ends: readonly number[]) => void): void {
    const { rank, activation } = this.#made;
    if (rank === 1) return;
    const length = Math.hypot(a, b);
    const ray = Math.atan2(b, a);
    for (const c of this.#held) {
      const { angle, radius } = this.#law.cells[c]!;
      for (const side of [-1, 1]) {
        const ends = endsAt(saturated[activation], angle, radius, length, ray + (side * Math.PI) / 2);
        if (ends) use(c, ends);
      }
    }
  }

  /** The integral of density · s · φ over cell c with its panel of angle cut at these ends, less the sum over its nodes. */
  #between(c: number, ends: readonly number[], length: number, ray: number): number {
    const { value } = activationFunctions[this.#made.activation];
    const { cells, masses, tilt } = this.#law;
    const { angle, radius } = cells[c]!;
    const [from, to] = angle;
    const first = c * order * order;
    // Density · s, with the weights of radii.
    const held = Float64Array.from(
      { length: order * order },
      (_, k) => (masses[first + k]! * tilt[first + k]!) / weightIn(...angle, Math.floor(k / order)),
    );
    const h = Float64Array.from({ length: order }, (_, i) => nodeIn(...radius, i) * length);
    const share = new Float64Array(order);
    let sum = 0;
    for (let k = 1; k < ends.length; k++)
      for (let q = 0; q < order; q++) {
        const at = nodeIn(ends[k - 1]!, ends[k]!, q);
        const weight = weightIn(ends[k - 1]!, ends[k]!, q);
        const along = Math.cos(at - ray);
        interpolation((2 * at - from - to) / (to - from), share);
        for (let i = 0; i < order; i++) {
          let density = 0;
          for (let j = 0; j < order; j++) density += share[j]! * held[j * order + i]!;
          sum += weight * density * value(h[i]! * along);
        }
      }
    for (let j = 0; j < order; j++) {
      const along = Math.cos(nodeIn(from, to, j) - ray);
      const weight = weightIn(from, to, j);
      for (let i = 0; i < order; i++) sum -= weight * held[j * order + i]! * value(h[i]! * along);
    }
    return sum;
  }
}

/**
 * Where a panel of angle is to be cut for a turn at the angle `turn`, its ends included; undefined where its nodes do. A kink of relu, which is never
 * saturated: at the turn. Steep erf and tanh: at distances that double from where |h| is 1 on, until it is saturated.
 */
function endsAt(
  saturation: number | undefined,
  [from, to]: Interval,
  [inner, outer]: Interval,
  length: number,
  turn: number,
): readonly number[] | undefined {
  const width = to - from;
  const whole = 2 * Math.PI;
  const at = turn + whole * Math.round((0.5 * (from + to) - turn) / whole);
  if (saturation === undefined) return at > from && at < to ? [from, at, to] : undefined;
  const nearest = 1 / (outer * length);
  if (0.5 * width <= gentle * nearest || at < from - width || at > to + width) return undefined;
  // The innermost radius that carries weight, in the cell about the origin.
  const farthest = saturation / (Math.max(inner, 0.02 * outer) * length);
  const cuts = [];
  for (let apart = nearest; apart < 2 * farthest && apart < 2 * width; apart *= 2) cuts.push(at - apart, at + apart);
  return [from, ...cuts.filter((cut) => cut > from && cut < to).sort((one, other) => one - other), to];
}
