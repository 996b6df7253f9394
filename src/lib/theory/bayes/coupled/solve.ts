import { activationFunctions } from '$lib/base/special';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import { cover, divide, Memory, type Cover } from '$lib/theory/bayes/coupled/cover';
import type { Coupling } from '$lib/theory/bayes/coupled/links';
import type { Cell, Cells } from '$lib/theory/bayes/span/cells';
import { grow } from '$lib/theory/bayes/span/grow';
import type { NodeLaw } from '$lib/theory/bayes/span/law';
import { order } from '$lib/theory/bayes/span/panels';
import { maximise, solved } from '$lib/theory/bayes/span/newton';
import { rimMass } from '$lib/theory/bayes/span/reach';
import { refine, refineAll, tolerated } from '$lib/theory/bayes/span/refine';
import { leftOver, type Figures } from '$lib/theory/bayes/span/source';
import { norm } from '$lib/theory/common/vectors';
import type { SourceParameters } from '$lib/theory/theory';

/** The law of a target in the span of its training inputs. */
export interface TargetLaw {
  readonly coupling: Coupling;
  readonly dual: Float64Array;
  /** Whether bins of anchors are wide beside the conditional prior. */
  readonly narrow: boolean;
  readonly figures: Figures;
}

/** What a target's law is found from: its cells, anchors in bins of a share of the usual width, and the variance v of its conditional prior. */
export interface TargetProblem {
  readonly made: Cells;
  readonly inBins: (share: number) => Promise<Anchors>;
  readonly labels: Float64Array;
  readonly parameters: SourceParameters;
  readonly variance: number;
  readonly breathe: () => Promise<void>;
}

/** How far beyond the outermost anchor cells reach, in deviations of the conditional prior. */
const margin = 8;

const rounds = 32;

/** How far below the greatest mass of an anchor links go: as long as Δ moves, and when it hardly does. */
const depths = { first: 32, last: 18 } as const;

/** Cells at most of one point, the numbers that their features may take, and the multiplications of all its steps: memory and time have a bound. */
const mostCells = 2 ** 12;
const featureBudget = 2 ** 23;
const mostWork = 2e10;

/** Widths of the bins of anchors: cells are found with the first, then finer ones follow until the kernel does not change by more than `steady`. */
const shares = [4, 2, 1, 0.5] as const;

/**
 * What the kernel may change by with cells cut in four and with anchors in narrower bins. Bins as wide as a feature's slope gain less than their order
 * promises: a kernel of tanh that changed by 0.8 % was 2.2 % off.
 */
const smoothed = 1e-3;
const steady = 5e-3;

/** By how much less the kernel is off than it changed by with bins half as wide; bins are of fourth order, which promises sixteen. */
const gained = 4;

/** |to − from|/|to|. */
export const changeOf = (from: Float64Array, to: Float64Array): number => norm(from.map((value, at) => value - to[at]!)) / norm(to);

/**
 * The law of a target by quadrature: anchors with their masses (`inBins`, of a share of the usual width), and around them the nodes of cells,
 * wherever an anchor's tilted Gaussian has mass under Δ. Δ by Newton's method on fixed links, then cells further out and finer ones, until
 * neither Δ nor the cells change; then all cells cut in four and anchors in narrower bins, as a check. Undefined where it would take too many.
 */
export async function solveTarget(problem: TargetProblem): Promise<TargetLaw | undefined> {
  const { made, inBins, labels, variance, breathe } = problem;
  const { gamma, temperature } = problem.parameters;
  let memory = new Memory(depths.first);
  let anchors = await inBins(shares[0]);
  const deviation = Math.sqrt(variance);
  let outermost = 0;
  for (let k = 0; k < anchors.mass.length; k++) outermost = Math.max(outermost, Math.hypot(anchors.x[k]!, anchors.y[k]!));
  let radius = 0;
  let cells: readonly Cell[] = [];
  const fits = (all: readonly Cell[]): boolean => all.length < mostCells && all.length * made.angles * order * made.size < featureBudget;
  const extend = async (to: number): Promise<void> => {
    ({ cells, radius } = await grow(made, { cells, radius }, to, fits, breathe));
  };
  let dual: Float64Array = new Float64Array(labels.length);
  let steps = 0;
  let smooth = tolerated;
  let work = 0;
  const exhausted = (): boolean => work > mostWork;
  const solve = async ({ coupling }: Cover, tolerance: number): Promise<void> => {
    const evaluate = (at: Float64Array, curved: boolean) => {
      work += coupling.links.at.length * (curved ? 4 + made.size : 4);
      return coupling.evaluate(at, curved);
    };
    const found = await maximise({ labels, temperature, tolerance, breathe, exhausted, evaluate }, dual);
    dual = found.dual;
    steps += found.iterations;
  };
  const fine = async (): Promise<boolean> => {
    for (;;) {
      const next = divide(made, cells, anchors, variance, { gamma, dual, memory });
      if (!next) return true;
      if (!fits(next)) return false;
      cells = next;
      await breathe();
    }
  };
  await extend(outermost + margin * deviation);
  let cellChange = Infinity;
  let kernel: Float64Array | undefined;
  for (let round = 0; round < rounds && !kernel; round++) {
    if (exhausted() || !fits(cells) || !(await fine())) return undefined;
    const covered = cover(made, cells, anchors, variance, { gamma, dual, memory });
    if (!covered) return undefined;
    const before = dual;
    await solve(covered, memory.depth === depths.first ? 1e-2 : solved);
    const law = lawOf(covered, dual);
    if (!law) return undefined;
    const cut = refine(made, law, smooth);
    if (cut) cells = replaced(cells, law.cells, cut);
    const wanted = outermost + reachOf(made, gamma, dual, variance, outermost);
    const from = radius;
    if (wanted > radius) await extend(Math.min(wanted, 2 * Math.max(radius, outermost + margin * deviation)));
    const moved = changeOf(before, dual);
    if (radius > from || moved > 0.1) continue;
    if (memory.depth !== depths.last) memory = new Memory(depths.last);
    else if (cut === undefined && !(moved > 1e-3)) {
      const own = covered.coupling.kernel(dual);
      const check = cover(made, replaced(cells, law.cells, refineAll(made, law)), anchors, variance, {
        gamma,
        dual,
        memory: new Memory(depths.last),
      });
      if (!check) return undefined;
      await solve(check, solved);
      const other = check.coupling.kernel(dual);
      cellChange = changeOf(own, other);
      if (cellChange <= smoothed || smooth < 1e-8) kernel = own;
      else smooth /= 8;
    }
  }
  for (const share of shares.slice(1)) {
    if (!kernel) return undefined;
    anchors = await inBins(share);
    memory = new Memory(depths.last);
    if (!(await fine())) return undefined;
    let covered = cover(made, cells, anchors, variance, { gamma, dual, memory });
    if (!covered) return undefined;
    const before = dual;
    await solve(covered, solved);
    if (changeOf(before, dual) > 1e-2) {
      covered = cover(made, cells, anchors, variance, { gamma, dual, memory });
      if (!covered) return undefined;
      await solve(covered, solved);
    }
    const { coupling } = covered;
    const next = coupling.kernel(dual);
    const change = changeOf(kernel, next);
    kernel = next;
    if (!(change <= steady) && share !== shares.at(-1)) continue;
    const law = lawOf(covered, dual);
    if (!law) return undefined;
    const left = leftOver(labels, dual, temperature, coupling.evaluate(dual, false).output);
    const residual = Math.max(left, cellChange, change / gained, rimMass(law, radius));
    const virial = virialOf(made, coupling, dual, variance);
    return { coupling, dual, narrow: false, figures: { residual, virial, steps, nodes: law.masses.length } };
  }
  return undefined;
}

function lawOf({ coupling, cells }: Cover, dual: Float64Array): NodeLaw | undefined {
  const law = coupling.law(dual);
  return law && { cells, logNormaliser: 0, masses: law.masses, tilt: law.tilt };
}

/** All cells, those of `old` replaced by what has become of them. */
function replaced(cells: readonly Cell[], old: readonly Cell[], next: readonly Cell[]): readonly Cell[] {
  const linked = new Set(old);
  return [...cells.filter((cell) => !linked.has(cell)), ...next];
}

export function virialOf(made: Cells, coupling: Coupling, dual: Float64Array, variance: number): number {
  const { slope } = activationFunctions[made.activation];
  const { coordinates, rank } = made.span;
  const { x, y } = coupling.places;
  const [gx, gy] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (let j = 0; j < x.length; j++)
    for (let p = 0; p < made.size; p++) {
      const [a, b] = rank === 2 ? [coordinates[2 * p]!, coordinates[2 * p + 1]!] : [coordinates[p]!, 0];
      const force = dual[p]! * slope(a * x[j]! + b * y[j]!);
      gx[j]! += force * a;
      gy[j]! += force * b;
    }
  return coupling.virial(dual, variance, rank, gx, gy);
}

/** Directions and distances in which the greatest |s| is looked for. */
const rays = 256;
const distances = [0.5, 1, 2, 4, 8, 16, 64, 1e9];

/**
 * How far beyond the outermost anchor a target may have mass under Δ. Where φ is bounded so is |s| ≤ S, and a Gaussian of deviation √v
 * tilted by ½γ²S² at most reaches √v (γS + 7). relu is homogeneous, |s| ≤ S|w|: the Gaussian of an anchor at m is at most as wide as 1/v − γ²S²
 * allows, about m/(1 − vγ²S²).
 */
function reachOf(made: Cells, gamma: number, dual: Float64Array, variance: number, outermost: number): number {
  const { value } = activationFunctions[made.activation];
  const relu = made.activation === 'relu';
  let strongest = 0;
  for (let j = 0; j < rays; j++) {
    const along = made.along(made.rank === 1 ? (j % 2) * 2 - 1 : (2 * Math.PI * j) / rays);
    for (const r of relu ? [1] : distances) {
      let s = 0;
      for (let p = 0; p < made.size; p++) s += dual[p]! * value(r * along[p]!);
      strongest = Math.max(strongest, Math.abs(s));
    }
    if (made.rank === 1 && j === 1) break;
  }
  if (!relu) return Math.sqrt(variance) * (gamma * strongest + 7);
  const left = 1 - variance * (gamma * strongest) ** 2;
  return left > 0 ? outermost * (1 / left - 1) + 7 * Math.sqrt(variance / left) : Infinity;
}
