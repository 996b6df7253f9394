import type { Activation } from '$lib/base/activation';
import { activationFunctions } from '$lib/base/special';
import { nodeIn, order, weightIn } from '$lib/theory/bayes/span/panels';
import type { Span } from '$lib/theory/bayes/span/span';

/** An interval. */
export type Interval = readonly [from: number, to: number];

/**
 * A part of the span in polar coordinates with Gauss–Legendre nodes: node number j·order + i has angle j and radius i. Of rank 1 the only
 * "angle" is one of the two directions.
 */
export interface Cell {
  /** Of rank 1 [−1, −1] or [1, 1]. */
  readonly angle: Interval;
  readonly radius: Interval;
  /** Log of weight and of the prior e^{−w²/2}, [nodes], without (2π)^{−r/2}. */
  readonly logPrior: Float64Array;
  /** φ(h_μ), [nodes, P]. */
  readonly features: Float64Array;
  /** The same part cut in two, by angle or by radius. */
  readonly halves: Halves;
}

interface Halves {
  angle?: readonly [Cell, Cell];
  radius?: readonly [Cell, Cell];
}

/** Makes cells of one task, for one activation. */
export class Cells {
  readonly size: number;
  readonly rank: number;
  readonly activation: Activation;
  readonly span: Span;
  /** Shells that were made, by their radii. */
  readonly #shells = new Map<string, readonly Cell[]>();
  constructor(span: Span, activation: Activation) {
    this.span = span;
    this.activation = activation;
    this.rank = span.rank;
    this.size = span.coordinates.length / span.rank;
  }

  /** Nodes of an angle. */
  get angles(): number {
    return this.rank === 2 ? order : 1;
  }

  /** All cells between two radii. */
  shell(radius: Interval): readonly Cell[] {
    const name = radius.join(' ');
    const known = this.#shells.get(name);
    if (known) return known;
    const cells = this.#sectors().map((angle) => this.#cell(angle, radius));
    this.#shells.set(name, cells);
    return cells;
  }

  /** A cell cut in two; remembered by the cell, so that sweep points share it. */
  halve(cell: Cell, by: 'angle' | 'radius'): readonly [Cell, Cell] {
    const [from, to] = cell[by];
    const middle = 0.5 * (from + to);
    return (cell.halves[by] ??=
      by === 'angle'
        ? [this.#cell([from, middle], cell.radius), this.#cell([middle, to], cell.radius)]
        : [this.#cell(cell.angle, [from, middle]), this.#cell(cell.angle, [middle, to])]);
  }

  /** x_μ · direction/√D of every example: h_μ = r times that. */
  along(angle: number): Float64Array {
    const { coordinates } = this.span;
    const out = new Float64Array(this.size);
    if (this.rank === 1) for (let p = 0; p < this.size; p++) out[p] = coordinates[p]! * angle;
    else {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let p = 0; p < this.size; p++) out[p] = coordinates[2 * p]! * c + coordinates[2 * p + 1]! * s;
    }
    return out;
  }

  angleOf(cell: Cell, j: number): number {
    return this.rank === 1 ? cell.angle[0] : nodeIn(...cell.angle, j);
  }

  /**
   * The angles where sectors end: φ turns where h_μ = 0, a ray through the origin. Where it turns like a step or has a kink sectors end there,
   * so that a sign is integrated to rounding; elsewhere it is enough that cells are cut when they need it.
   */
  #sectors(): Interval[] {
    if (this.rank === 1)
      return [
        [-1, -1],
        [1, 1],
      ];
    const { coordinates } = this.span;
    const turn = 2 * Math.PI;
    const breaks: number[] = [];
    for (let p = 0; p < this.size; p++) {
      const [x, y] = [coordinates[2 * p]!, coordinates[2 * p + 1]!];
      if (this.activation === 'relu' ? x === 0 && y === 0 : Math.hypot(x, y) < steep) continue;
      const across = Math.atan2(x, -y);
      for (const angle of [across, across + Math.PI]) breaks.push(((angle % turn) + turn) % turn);
    }
    breaks.sort((a, b) => a - b);
    const ends = breaks.filter((angle, i) => i === 0 || angle - breaks[i - 1]! > 1e-9);
    const start = ends[0] ?? 0;
    ends.push(start + turn);
    if (ends.length === 1) ends.unshift(start);
    return ends.slice(1).flatMap((to, i): Interval[] => {
      const from = ends[i]!;
      const parts = Math.max(1, Math.ceil((to - from) / widest));
      return Array.from({ length: parts }, (_, k) => [
        k === 0 ? from : from + ((to - from) * k) / parts,
        k + 1 === parts ? to : from + ((to - from) * (k + 1)) / parts,
      ]);
    });
  }

  #cell(angle: Interval, radius: Interval): Cell {
    const { value } = activationFunctions[this.activation];
    const { size, rank, angles } = this;
    const logPrior = new Float64Array(angles * order);
    const features = new Float64Array(angles * order * size);
    for (let j = 0; j < angles; j++) {
      const along = this.along(rank === 1 ? angle[0] : nodeIn(...angle, j));
      const logAngle = rank === 1 ? 0 : Math.log(weightIn(...angle, j));
      for (let i = 0; i < order; i++) {
        const r = nodeIn(...radius, i);
        const node = j * order + i;
        logPrior[node] = logAngle + Math.log(weightIn(...radius, i)) + (rank - 1) * Math.log(r) - 0.5 * r * r;
        for (let p = 0, at = node * size; p < size; p++) features[at + p] = value(r * along[p]!);
      }
    }
    return { angle, radius, logPrior, features, halves: {} };
  }
}

/** Sectors at the start are no wider. */
const widest = Math.PI / 8;

/** |x|/√D beyond which sectors end where an input's h is 0. */
const steep = 4;
