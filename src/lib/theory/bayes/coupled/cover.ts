import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import { Coupling, tilts, type Links, type Places } from '$lib/theory/bayes/coupled/links';
import type { Cell, Cells } from '$lib/theory/bayes/span/cells';
import { order } from '$lib/theory/bayes/span/panels';
import { placeOf } from '$lib/theory/bayes/span/source';

/** Logs of mass beside the whole: cells that hold more are made fine. */
const relevant = 18;

/** Cells that matter are no wider than this, in deviations of the conditional prior: eight nodes integrate a Gaussian there to 3 10⁻⁵. */
const widest = 5;

/** Links at most of one point. */
const mostLinks = 2 ** 23;

/** What of a cell does not depend on Δ. */
interface Shape {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Log of the quadrature's weight, without the prior. */
  readonly logWeight: Float64Array;
  readonly middle: readonly [x: number, y: number];
  /** All of the cell is within this distance of its middle. */
  readonly radius: number;
}

const shapes = new WeakMap<Cell, Shape>();

function shapeOf(made: Cells, cell: Cell): Shape {
  const known = shapes.get(cell);
  if (known) return known;
  const count = cell.logPrior.length;
  const [x, y, logWeight] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let k = 0; k < count; k++) {
    [x[k], y[k]] = placeOf(made, cell, k);
    logWeight[k] = cell.logPrior[k]! + 0.5 * (x[k]! ** 2 + y[k]! ** 2);
  }
  const at = (r: number, angle: number): readonly [number, number] =>
    made.rank === 1 ? [r * angle, 0] : [r * Math.cos(angle), r * Math.sin(angle)];
  const [[from, to], [inner, outer]] = [cell.angle, cell.radius];
  const middle = at(0.5 * (inner + outer), made.rank === 1 ? from : 0.5 * (from + to));
  let radius = 0;
  for (const r of [inner, outer])
    for (const angle of [from, to, 0.5 * (from + to)]) {
      const [cx, cy] = at(r, made.rank === 1 ? from : angle);
      radius = Math.max(radius, Math.hypot(cx - middle[0], cy - middle[1]));
    }
  const shape = { x, y, logWeight, middle, radius };
  shapes.set(cell, shape);
  return shape;
}

/** Cells that tile the span, and which of their nodes belong to which anchors. */
export interface Cover {
  readonly coupling: Coupling;
  /** The cells that are linked; places are their nodes, cell by cell. */
  readonly cells: readonly Cell[];
}

/**
 * What earlier Δ saw: the greatest ½γ²s² of the nodes of each cell, and the least log of the greatest mass of a node of each anchor. Measured
 * with these, a well that one Δ fills stays linked while the next empties it, and the others while one takes all mass: what Newton's
 * method needs to balance them.
 */
export class Memory {
  readonly greatest = new WeakMap<Cell, number>();
  least: Float64Array | undefined;
  /** What is farther below is not linked. */
  depth: number;

  constructor(depth: number) {
    this.depth = depth;
  }

  best(k: number, count: number, now: number): number {
    if (this.least?.length !== count) this.least = new Float64Array(count).fill(Infinity);
    return (this.least[k] = Math.min(this.least[k]!, now));
  }
}

/** What cells and anchors are looked at under. */
interface View {
  readonly gamma: number;
  readonly dual: Float64Array;
  readonly memory: Memory;
}

interface Reached {
  readonly shape: Shape;
  readonly cell: Cell;
  /** ½γ²s² at the nodes. */
  readonly exponent: Float64Array;
  /** The greatest of exponent and log of weight, now and ever. */
  readonly now: number;
  readonly ever: number;
}

function reach(made: Cells, cells: readonly Cell[], gamma: number, dual: Float64Array, memory: Memory): Reached[] {
  return cells.map((cell) => {
    const shape = shapeOf(made, cell);
    const exponent = tilts(cell.features, dual).map((s) => 0.5 * (gamma * s) ** 2);
    let weight = -Infinity;
    let greatest = 0;
    for (let k = 0; k < exponent.length; k++) {
      weight = Math.max(weight, shape.logWeight[k]!);
      greatest = Math.max(greatest, exponent[k]!);
    }
    const ever = Math.max(greatest, memory.greatest.get(cell) ?? 0);
    memory.greatest.set(cell, ever);
    return { shape, cell, exponent, now: greatest + weight, ever: ever + weight };
  });
}

/**
 * The cells, those cut in two that an anchor reaches and that are wide beside the conditional prior; undefined where none is.
 * K operations a cell.
 */
export function divide(
  made: Cells,
  cells: readonly Cell[],
  anchors: Anchors,
  variance: number,
  { gamma, dual, memory }: View,
): readonly Cell[] | undefined {
  const side = widest * Math.sqrt(variance);
  const arcOf = (cell: Cell): number => (made.rank === 1 ? 0 : (cell.angle[1] - cell.angle[0]) * cell.radius[1]);
  const wide = (cell: Cell): boolean => Math.max(cell.radius[1] - cell.radius[0], arcOf(cell)) > side;
  if (!cells.some(wide)) return undefined;
  const reached = reach(made, cells, gamma, dual, memory);
  const needed = new Uint8Array(cells.length);
  for (let k = 0; k < anchors.mass.length; k++) {
    const [mx, my] = [anchors.x[k]!, anchors.y[k]!];
    const best = memory.best(k, anchors.mass.length, bestOf(reached, mx, my, variance));
    reached.forEach(({ shape, ever, cell }, c) => {
      if (needed[c] || !wide(cell)) return;
      const gap = Math.max(0, Math.hypot(shape.middle[0] - mx, shape.middle[1] - my) - shape.radius);
      if (ever - (gap * gap) / (2 * variance) > best - relevant) needed[c] = 1;
    });
  }
  if (!needed.some(Boolean)) return undefined;
  return cells.flatMap((cell, c): readonly Cell[] => {
    if (!needed[c]) return [cell];
    return made.halve(cell, arcOf(cell) > cell.radius[1] - cell.radius[0] ? 'angle' : 'radius');
  });
}

/** Log of the greatest mass of a node, about, of an anchor. */
function bestOf(reached: readonly Reached[], mx: number, my: number, variance: number): number {
  let best = -Infinity;
  let top: Reached | undefined;
  for (const one of reached) {
    const [cx, cy] = one.shape.middle;
    const square = (cx - mx) ** 2 + (cy - my) ** 2;
    const bound = one.now - square / (2 * variance);
    if (bound > best) [best, top] = [bound, one];
  }
  if (!top) return best;
  const { x, y, logWeight } = top.shape;
  let log = -Infinity;
  for (let k = 0; k < x.length; k++)
    log = Math.max(log, logWeight[k]! + top.exponent[k]! - ((x[k]! - mx) ** 2 + (y[k]! - my) ** 2) / (2 * variance));
  return log;
}

/** Links the anchors with the nodes of the cells that hold of their mass under Δ. Undefined where that takes too many. */
export function cover(
  made: Cells,
  cells: readonly Cell[],
  anchors: Anchors,
  variance: number,
  { gamma, dual, memory }: View,
): Cover | undefined {
  const each = made.angles * order;
  const reached = reach(made, cells, gamma, dual, memory);
  const numbers = new Int32Array(cells.length).fill(-1);
  const used: Reached[] = [];
  const count = anchors.mass.length;
  const first = new Uint32Array(count + 1);
  const top = new Float64Array(count);
  let { at, weight } = scratch;
  let links = 0;
  const logWhole = 0.5 * made.rank * Math.log(2 * Math.PI * variance);
  const logs = new Float64Array(each);
  for (let k = 0; k < count; k++) {
    const [mx, my] = [anchors.x[k]!, anchors.y[k]!];
    const best = bestOf(reached, mx, my, variance);
    top[k] = best - logWhole;
    const least = memory.best(k, count, best) - memory.depth;
    for (let c = 0; c < reached.length; c++) {
      const { shape, ever, exponent, cell } = reached[c]!;
      const distance = Math.hypot(shape.middle[0] - mx, shape.middle[1] - my);
      const gap = distance > shape.radius ? distance - shape.radius : 0;
      if (ever - (gap * gap) / (2 * variance) < least) continue;
      const strongest = memory.greatest.get(cell) ?? 0;
      let any = false;
      for (let i = 0; i < each; i++) {
        const prior = shape.logWeight[i]! - ((shape.x[i]! - mx) ** 2 + (shape.y[i]! - my) ** 2) / (2 * variance);
        const kept = prior + strongest > least;
        logs[i] = kept ? prior + exponent[i]! - best : -Infinity;
        any ||= kept;
      }
      if (!any) continue;
      if (numbers[c]! < 0) numbers[c] = used.push(reached[c]!) - 1;
      if (links + each > at.length) {
        if (links + each > mostLinks) return undefined;
        at = doubled(at, new Uint32Array(2 * at.length));
        weight = doubled(weight, new Float64Array(2 * weight.length));
        scratch = { at, weight };
      }
      for (let i = 0; i < each; i++)
        if (logs[i]! > -Infinity) {
          at[links] = numbers[c]! * each + i;
          weight[links++] = Math.exp(logs[i]!);
        }
    }
    first[k + 1] = links;
  }
  const size = made.size;
  const places: Places = {
    x: new Float64Array(used.length * each),
    y: new Float64Array(used.length * each),
    features: new Float64Array(used.length * each * size),
  };
  const reference = new Float64Array(used.length * each);
  used.forEach(({ shape, exponent, cell }, c) => {
    places.x.set(shape.x, c * each);
    places.y.set(shape.y, c * each);
    places.features.set(cell.features, c * each * size);
    reference.set(exponent, c * each);
  });
  const table: Links = { first, at: at.slice(0, links), weight: weight.slice(0, links), top, reference };
  return { coupling: new Coupling(anchors, places, table, gamma), cells: used.map(({ cell }) => cell) };
}

/** Where links are gathered before they are copied. */
let scratch = { at: new Uint32Array(1 << 16), weight: new Float64Array(1 << 16) };

function doubled<A extends Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
