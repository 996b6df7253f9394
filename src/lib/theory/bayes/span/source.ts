import { activationFunctions } from '$lib/base/special';
import type { Cell, Cells } from '$lib/theory/bayes/span/cells';
import { grow } from '$lib/theory/bayes/span/grow';
import { evaluateSource, heavy, nodeLaw, outputOf, type NodeLaw } from '$lib/theory/bayes/span/law';
import { maximise, solved } from '$lib/theory/bayes/span/newton';
import { nodeIn, order } from '$lib/theory/bayes/span/panels';
import { reachOf, rimMass } from '$lib/theory/bayes/span/reach';
import { refine, refineAll, tolerated } from '$lib/theory/bayes/span/refine';
import { peaksOf, refineAt } from '$lib/theory/bayes/span/scout';
import { virialFigure } from '$lib/theory/bayes/virial';
import type { SourceParameters } from '$lib/theory/theory';

/** The law of a source in the span of its training inputs. */
export interface SourceLaw {
  readonly law: NodeLaw;
  /** The same Δ on cells cut in four. */
  readonly finer: NodeLaw;
  /** Δ, [P]. */
  readonly dual: Float64Array;
  readonly figures: Figures;
}

export interface Figures {
  /**
   * The larger of |y − TΔ − ΦΔ|/|y| on cells cut in four, an estimate of the error of quadrature, and of the mass at the rim: what of the labels
   * the result may be wrong by.
   */
  readonly residual: number;
  /** How well the virial identity holds over the span, 1 for the right law. */
  readonly virial: number;
  /** Steps of Newton's method. */
  readonly steps: number;
  /** Nodes of the quadrature. */
  readonly nodes: number;
}

/** How far out cells reach at first. */
const nearest = 9;

/** Cells reach this far beyond the outermost peak. */
const rim = 7;

/** Rounds of solving and refining; a few do. */
const rounds = 24;

/** Cells at most of one point, so that its time has a bound. */
const mostCells = 2 ** 12;

/** Multiplications that the steps of Newton's method may take together for one point: some 10 s. */
const mostWork = 2e10;

/** What of the labels the error of quadrature may leave over. */
const accurate = 1e-4;

/** Numbers that the features of one point's cells may take; and of all cells of a task that points share. */
const featureBudget = 2 ** 23;

/**
 * The law of a source by quadrature over the span of its training inputs: Δ on a few cells, then on more of them further out while mass is
 * found there, and on smaller ones until their polynomials are smooth; then all cells that hold mass are cut in four as a check. Undefined
 * where it would take too many cells. In double precision whatever the backend.
 */
export async function solveSource(
  made: Cells,
  labels: Float64Array,
  { gamma, temperature }: SourceParameters,
  breathe: () => Promise<void>,
): Promise<SourceLaw | undefined> {
  const each = made.angles * order * made.size;
  let work = 0;
  const exhausted = (): boolean => work > mostWork;
  const fits = (all: readonly Cell[]): boolean => !exhausted() && all.length * each < featureBudget && all.length < mostCells;
  let radius = 0;
  let cells: readonly Cell[] = [];
  let dual: Float64Array = new Float64Array(labels.length);
  let steps = 0;
  let smooth = tolerated;
  const extend = async (to: number): Promise<void> => {
    ({ cells, radius } = await grow(made, { cells, radius }, to, fits, breathe));
  };
  const bounded = made.activation !== 'relu';
  const solveOn = async (on: readonly Cell[], tolerance: number): Promise<void> => {
    const evaluate = (at: Float64Array, curved: boolean) => {
      work += on.length * each * (curved ? 4 + 2 * made.size : 4);
      return evaluateSource(on, gamma, at, curved);
    };
    const found = await maximise({ labels, temperature, tolerance, breathe, exhausted, evaluate }, dual);
    dual = found.dual;
    steps += found.iterations;
  };
  await extend(nearest);
  for (let round = 0; round < rounds; round++) {
    if (!fits(cells)) return undefined;
    // A first answer on coarse cells, which the next will change.
    const tolerance = round < 2 ? 1e-3 : solved;
    if (round > 0) await solveOn(heavy(nodeLaw(cells, gamma, dual)), tolerance);
    let law = nodeLaw(cells, gamma, dual);
    if (leftOver(labels, dual, temperature, outputOf(law, made.size)) > tolerance) {
      await solveOn(cells, tolerance);
      law = nodeLaw(cells, gamma, dual);
    }
    const before = cells;
    const change = (to: readonly Cell[] | undefined): boolean => {
      if (!to || !fits(to)) return false;
      cells = to;
      law = nodeLaw(cells, gamma, dual);
      return true;
    };
    while (change(refine(made, law, smooth))) await breathe();
    if (cells !== before || round < 2) continue;
    // Only now: each look costs as much as several steps.
    const peaks = bounded ? await peaksOf(made, gamma, dual, law.logNormaliser, breathe) : [];
    const reach = bounded ? Math.max(0, ...peaks.map((peak) => peak.radius + rim)) : reachOf(made, gamma, dual);
    if (reach > radius) {
      await extend(Math.min(reach, 2 * radius));
      change(cells);
    }
    // A flat shoulder of the density has no peak, and may reach beyond the cells.
    if (rimMass(law, radius) > accurate) {
      await extend(Math.min(radius + rim, 2 * radius));
      change(cells);
    }
    while (change(refineAt(made, cells, peaks, (c) => greatestLog(cells, gamma, law, c)))) await breathe();
    if (cells !== before) continue;
    const check = refineAll(made, law);
    const finer = nodeLaw(check, gamma, dual);
    const residual = leftOver(labels, dual, temperature, outputOf(finer, made.size));
    if (residual > accurate && fits(check)) {
      smooth /= 8;
      continue;
    }
    const virial = virialOf(made, gamma, dual, (use) => {
      const { masses, tilt } = law;
      const nodes = made.angles * order;
      for (const [c, cell] of law.cells.entries())
        for (let k = 0; k < nodes; k++) if (masses[c * nodes + k]! > 1e-15) use(cell, k, masses[c * nodes + k]!, tilt[c * nodes + k]!);
    });
    return { law, finer, dual, figures: { residual: Math.max(residual, rimMass(law, radius)), virial, steps, nodes: law.masses.length } };
  }
  return undefined;
}

/** The greatest log p(w) at the nodes of cell c, without normaliser. */
function greatestLog(cells: readonly Cell[], gamma: number, { tilt }: NodeLaw, c: number): number {
  const cell = cells[c]!;
  const each = cell.logPrior.length;
  let greatest = -Infinity;
  for (let k = 0; k < each; k++)
    greatest = Math.max(greatest, 0.5 * (gamma * tilt[c * each + k]!) ** 2 - 0.5 * nodeIn(...cell.radius, k % order) ** 2);
  return greatest;
}

/** |y − TΔ − ΦΔ|/|y|. */
export function leftOver(labels: Float64Array, dual: Float64Array, temperature: number, output: Float64Array): number {
  let left = 0;
  let whole = 0;
  labels.forEach((y, p) => {
    left += (y - temperature * dual[p]! - output[p]!) ** 2;
    whole += y * y;
  });
  return whole === 0 ? Math.sqrt(left) : Math.sqrt(left / whole);
}

/**
 * How well ⟨|w|²⟩ − r = γ²⟨s t⟩ holds, t = Σ Δ_μ φ′_μ h_μ, over the r directions of the span, where the force acts; 1 for the right law. Measured
 * as that of particles is (`virial.ts`): where a hundred times the prior's spread is in the balance, as at small T, a thousandth of it that nodes
 * miss of φ′ says nothing of a kernel that holds φ. `use` is called with every node that has mass: cell and number there, mass and s.
 */
function virialOf(
  made: Cells,
  gamma: number,
  dual: Float64Array,
  nodes: (use: (cell: Cell, k: number, mass: number, s: number) => void) => void,
): number {
  const { slope } = activationFunctions[made.activation];
  const { coordinates } = made.span;
  let square = 0;
  let force = 0;
  nodes((cell, k, mass, s) => {
    const [x, y] = placeOf(made, cell, k);
    let t = 0;
    for (let p = 0; p < made.size; p++) {
      const [a, b] = made.rank === 2 ? [coordinates[2 * p]!, coordinates[2 * p + 1]!] : [coordinates[p]!, 0];
      const h = a * x + b * y;
      t += dual[p]! * slope(h) * h;
    }
    square += mass * (x ** 2 + y ** 2);
    force += mass * s * t;
  });
  return virialFigure(square - made.rank, gamma * gamma * force);
}

/** Where node k of a cell is; of rank 1 the second coordinate is 0. */
export function placeOf(made: Cells, cell: Cell, k: number): readonly [x: number, y: number] {
  const angle = made.angleOf(cell, Math.floor(k / order));
  const r = nodeIn(...cell.radius, k % order);
  return made.rank === 1 ? [r * angle, 0] : [r * Math.cos(angle), r * Math.sin(angle)];
}
