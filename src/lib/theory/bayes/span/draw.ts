import type { Cells } from '$lib/theory/bayes/span/cells';
import type { NodeLaw } from '$lib/theory/bayes/span/law';
import { interpolation, nodeIn, order, quantileWithin, weightIn } from '$lib/theory/bayes/span/panels';

/** A stretch of angles, and the cells on it from the origin outwards. Of rank 1 one of the two directions. */
interface Arc {
  readonly from: number;
  readonly to: number;
  readonly cells: readonly number[];
  /** Masses at its own nodes, [order], or [1]. */
  readonly masses: Float64Array;
}

/**
 * Draws from a law known at the nodes of cells, as a smooth function of uniform numbers: first the angle, then the radius on its ray, each by
 * its distribution function. s is interpolated between the angles of a cell, so that nothing is evaluated anew.
 */
export class Drawing {
  readonly #made: Cells;
  readonly #law: NodeLaw;
  readonly #gamma: number;
  readonly #arcs: readonly Arc[];
  /** Masses of the arcs up to and with each. */
  readonly #sums: Float64Array;
  readonly #coefficients = new Float64Array(order);

  constructor(made: Cells, law: NodeLaw, gamma: number) {
    this.#made = made;
    this.#law = law;
    this.#gamma = gamma;
    this.#arcs = arcsOf(made, law);
    this.#sums = new Float64Array(this.#arcs.length);
    let sum = 0;
    for (const [a, { masses }] of this.#arcs.entries()) this.#sums[a] = sum += masses.reduce((all, mass) => all + mass, 0);
  }

  /** Angle (or ±1) and radius for u and v in (0, 1). */
  at(u: number, v: number): readonly [angle: number, radius: number] {
    const total = this.#sums.at(-1) ?? 1;
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > u * total) high = middle;
      else low = middle + 1;
    }
    const arc = this.#arcs[low]!;
    const before = low === 0 ? 0 : this.#sums[low - 1]!;
    const share = Math.min(1, Math.max(0, (u * total - before) / (this.#sums[low]! - before)));
    // On a line the share that chose the direction is the radius, from far out on the left to far out on the right.
    if (this.#made.rank === 1) return [arc.from, this.#radiusOn(arc, arc.from, arc.from < 0 ? 1 - share : share)];
    const angle = arc.from + 0.5 * (arc.to - arc.from) * (1 + quantileWithin(arc.masses, 0, share));
    return [angle, this.#radiusOn(arc, angle, v)];
  }

  #radiusOn({ cells }: Arc, angle: number, share: number): number {
    const { rank, angles } = this.#made;
    const masses = new Float64Array(cells.length * order);
    let greatest = -Infinity;
    for (const [at, c] of cells.entries()) {
      const cell = this.#law.cells[c]!;
      const first = c * angles * order;
      const half = 0.5 * (cell.angle[1] - cell.angle[0]);
      const weights = rank === 1 ? undefined : interpolation((angle - cell.angle[0]) / half - 1, this.#coefficients);
      for (let i = 0; i < order; i++) {
        let s = 0;
        if (weights) for (let j = 0; j < order; j++) s += weights[j]! * this.#law.tilt[first + j * order + i]!;
        else s = this.#law.tilt[first + i]!;
        const r = nodeIn(...cell.radius, i);
        const log = 0.5 * (this.#gamma * s) ** 2 - 0.5 * r * r + (rank - 1) * Math.log(r) + Math.log(weightIn(...cell.radius, i));
        masses[at * order + i] = log;
        if (log > greatest) greatest = log;
      }
    }
    let total = 0;
    for (let k = 0; k < masses.length; k++) total += masses[k] = Math.exp(masses[k]! - greatest);
    let wanted = share * total;
    for (const [at, c] of cells.entries()) {
      let mass = 0;
      for (let i = 0; i < order; i++) mass += masses[at * order + i]!;
      if (wanted <= mass || at === cells.length - 1) {
        const [from, to] = this.#law.cells[c]!.radius;
        return from + 0.5 * (to - from) * (1 + quantileWithin(masses, at * order, Math.min(1, wanted / mass)));
      }
      wanted -= mass;
    }
    return 0;
  }
}

function arcsOf(made: Cells, { cells, masses }: NodeLaw): Arc[] {
  const each = made.angles * order;
  const byRadius = (list: number[]): number[] => list.sort((a, b) => cells[a]!.radius[0] - cells[b]!.radius[0]);
  const massOf = (c: number, j: number): number => {
    let sum = 0;
    for (let i = 0; i < order; i++) sum += masses[c * each + j * order + i]!;
    return sum;
  };
  if (made.rank === 1)
    return [-1, 1].map((direction) => {
      const on = byRadius([...cells.keys()].filter((c) => cells[c]!.angle[0] === direction));
      return { from: direction, to: direction, cells: on, masses: Float64Array.of(on.reduce((sum, c) => sum + massOf(c, 0), 0)) };
    });
  const ends = [...new Set(cells.flatMap(({ angle }) => [...angle]))].sort((a, b) => a - b);
  const number = new Map(ends.map((end, e) => [end, e]));
  const lists = ends.slice(1).map((): number[] => []);
  for (const [c, { angle }] of cells.entries()) for (let e = number.get(angle[0])!; e < number.get(angle[1])!; e++) lists[e]!.push(c);
  const weights = new Float64Array(order);
  return lists.map((list, e) => {
    const [from, to] = [ends[e]!, ends[e + 1]!];
    const sums = new Float64Array(order);
    for (const c of list) {
      const [a, b] = cells[c]!.angle;
      const densities = Array.from({ length: order }, (_, j) => massOf(c, j) / weightIn(a, b, j));
      if (densities.every((density) => density === 0)) continue;
      for (let j = 0; j < order; j++) {
        interpolation((2 * (nodeIn(from, to, j) - a)) / (b - a) - 1, weights);
        const density = densities.reduce((sum, value, i) => sum + weights[i]! * value, 0);
        sums[j]! += Math.max(0, density) * weightIn(from, to, j);
      }
    }
    return { from, to, cells: byRadius(list), masses: sums };
  });
}

/** Where in the span an angle and a radius are, [r]. */
export const placeOf = (rank: number, angle: number, radius: number): readonly number[] =>
  rank === 1 ? [angle * radius] : [radius * Math.cos(angle), radius * Math.sin(angle)];
