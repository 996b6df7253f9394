import { activationFunctions } from '$lib/base/special';
import type { Cell, Cells } from '$lib/theory/bayes/span/cells';

/** A maximum of the density of the law. */
export interface Peak {
  /** In the plane (angle and radius), or on the line (±1 and |w|). */
  readonly angle: number;
  readonly radius: number;
  /** log p(w), without normaliser: ½γ²s² − ½|w|². */
  readonly log: number;
  /** log of its mass as a Gaussian's: log p + log of the (2π)^{r/2} |H|^{−½} of the prior's, 0 for the prior itself. */
  readonly mass: number;
}

/** Peaks whose mass is below this part of the whole, as a logarithm, are left out. */
export const faint = -25;

/** s, its gradient and its second derivative at w, for two dimensions; of rank 1 the second coordinate is 0. */
interface Tilt {
  readonly s: number;
  readonly gx: number;
  readonly gy: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

function tiltAt({ span: { coordinates, rank }, size, activation }: Cells, dual: Float64Array, x: number, y: number): Tilt {
  const { value, slope } = activationFunctions[activation];
  let [s, gx, gy, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (let p = 0; p < size; p++) {
    const [a, b] = rank === 2 ? [coordinates[2 * p]!, coordinates[2 * p + 1]!] : [coordinates[p]!, 0];
    const h = a * x + b * y;
    const f = value(h);
    const g = dual[p]! * slope(h);
    // erf″ = −2h erf′, tanh″ = −2 tanh tanh′, relu″ = 0.
    const c = activation === 'relu' ? 0 : -2 * g * (activation === 'erf' ? h : f);
    s += dual[p]! * f;
    gx += g * a;
    gy += g * b;
    xx += c * a * a;
    xy += c * a * b;
    yy += c * b * b;
  }
  return { s, gx, gy, xx, xy, yy };
}

/** Climbs log p from w by Newton steps where it is concave, else along the gradient, each halved until it climbs. */
function climb(cells: Cells, gamma: number, dual: Float64Array, x: number, y: number): Peak {
  const g2 = gamma * gamma;
  const logAt = (t: Tilt, a: number, b: number): number => 0.5 * (g2 * t.s * t.s - a * a - b * b);
  let tilt = tiltAt(cells, dual, x, y);
  let log = logAt(tilt, x, y);
  // −H.
  const curvature = (t: Tilt): readonly [number, number, number] => [
    1 - g2 * (t.gx * t.gx + t.s * t.xx),
    -g2 * (t.gx * t.gy + t.s * t.xy),
    1 - g2 * (t.gy * t.gy + t.s * t.yy),
  ];
  for (let iteration = 0; iteration < 40; iteration++) {
    const fx = g2 * tilt.s * tilt.gx - x;
    const fy = g2 * tilt.s * tilt.gy - y;
    const [a, b, c] = curvature(tilt);
    const determinant = a * c - b * b;
    const concave = a > 0 && determinant > 0;
    const scale = Math.max(Math.abs(a), Math.abs(c), Math.abs(b), 1);
    let dx = concave ? (c * fx - b * fy) / determinant : fx / scale;
    let dy = concave ? (a * fy - b * fx) / determinant : fy / scale;
    const length = Math.hypot(dx, dy);
    if (length < 1e-7) break;
    if (length > 1) [dx, dy] = [dx / length, dy / length];
    let climbed = false;
    for (let part = 1; part > 1e-4; part /= 4) {
      const next = tiltAt(cells, dual, x + part * dx, y + part * dy);
      const there = logAt(next, x + part * dx, y + part * dy);
      if (!(there > log)) continue;
      [x, y, tilt, climbed] = [x + part * dx, y + part * dy, next, there > log + 1e-9];
      log = there;
      break;
    }
    if (!climbed) break;
  }
  const [a, b, c] = curvature(tilt);
  const mass = log - 0.5 * Math.log(Math.max(a * c - b * b, 1e-6));
  const angle = cells.rank === 2 ? Math.atan2(y, x) : Math.sign(x) || 1;
  return { angle, radius: Math.hypot(x, y), log, mass };
}

/** Circles that are looked at are this far apart, and there are no more of them. */
const apart = 0.75;
const circles = 120;

/** Cells are cut for a peak no thinner than this. */
const thinnest = 2e-5;

/** By how much log p may be greater between two circles than on them. */
const between = 8;

/**
 * Where the density has mass beside exp(logNormaliser): its maxima, and its ridges on circles. Steep flanks make wells and ridges narrow: nodes may
 * lie beside one that holds everything, and a well may lie beyond a gap. So s² is looked at on circles, fine enough for φ itself, out to
 * where even the greatest |s| = Σ|Δ| leaves nothing; from each maximum along a circle log p is climbed, along it and freely.
 */
export async function peaksOf(
  cells: Cells,
  gamma: number,
  dual: Float64Array,
  logNormaliser: number,
  breathe: () => Promise<void>,
): Promise<readonly Peak[]> {
  const strongest = gamma * dual.reduce((sum, d) => sum + Math.abs(d), 0);
  const bound = Math.sqrt(Math.max(1, strongest ** 2 - 2 * (logNormaliser + faint)));
  const step = Math.max(apart, bound / circles);
  const found = new Map<string, Peak>();
  const keep = (peak: Peak): void => {
    if (peak.mass - logNormaliser > faint) found.set(`${peak.angle.toFixed(3)} ${peak.radius.toFixed(2)}`, peak);
  };
  let longest = 0;
  const { coordinates } = cells.span;
  for (let p = 0; p < coordinates.length; p += cells.rank)
    longest = Math.max(longest, Math.hypot(...coordinates.subarray(p, p + cells.rank)));
  for (let r = step / 2; r < bound; r += step) {
    const count = cells.rank === 1 ? 2 : Math.min(512, Math.max(32, Math.ceil(2 * Math.PI * r * Math.max(1, longest))));
    const spacing = (2 * Math.PI) / count;
    const angles = Array.from({ length: count }, (_, j) => (cells.rank === 1 ? 2 * j - 1 : spacing * (j + 0.5)));
    const squares = angles.map((angle) => squareOn(cells, dual, angle, r));
    for (const [j, angle] of angles.entries()) {
      const here = squares[j]!;
      const [after, before] = [squares[(j + 1) % count]!, squares[(j + count - 1) % count]!];
      // On a plateau, as of saturated inputs, its ends are enough.
      if (cells.rank === 2 && (here < after || here < before || (here === after && here === before))) continue;
      if (0.5 * (gamma * gamma * here - r * r) - logNormaliser < 3 * faint) continue;
      const top = cells.rank === 2 ? along(cells, dual, angle, spacing, r) : angle;
      const log = 0.5 * (gamma * gamma * squareOn(cells, dual, top, r) - r * r);
      keep({ angle: top, radius: r, log, mass: log });
      // Between two circles it may climb by a few more.
      if (log - logNormaliser > faint - between) keep(climb(cells, gamma, dual, ...place(cells, top, r)));
    }
    await breathe();
  }
  return [...found.values()];
}

const place = ({ rank }: Cells, angle: number, r: number): readonly [x: number, y: number] =>
  rank === 2 ? [r * Math.cos(angle), r * Math.sin(angle)] : [r * angle, 0];

/** The angle within `spacing` of a maximum of s² along a circle where it is greatest, by golden section. */
function along(cells: Cells, dual: Float64Array, angle: number, spacing: number, r: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [angle - spacing, angle + spacing];
  for (let step = 0; step < 16; step++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (squareOn(cells, dual, a, r) > squareOn(cells, dual, b, r)) high = b;
    else low = a;
  }
  return 0.5 * (low + high);
}

function squareOn({ activation, rank, size, span: { coordinates } }: Cells, dual: Float64Array, angle: number, r: number): number {
  const { value } = activationFunctions[activation];
  const [x, y] = rank === 2 ? [r * Math.cos(angle), r * Math.sin(angle)] : [r * angle, 0];
  let s = 0;
  for (let p = 0; p < size; p++)
    s += dual[p]! * value(rank === 2 ? coordinates[2 * p]! * x + coordinates[2 * p + 1]! * y : coordinates[p]! * x);
  return s * s;
}

/**
 * The cells, those cut in two that hold a peak none of whose nodes is within a factor e² of: across the direction in which the peak is farther
 * from their middle. Undefined where none does.
 */
export function refineAt(
  made: Cells,
  cells: readonly Cell[],
  peaks: readonly Peak[],
  logAt: (cell: number) => number,
): readonly Cell[] | undefined {
  const next = cells.flatMap((cell, c): readonly Cell[] => {
    const inside = peaks.filter((peak) => contains(made, cell, peak));
    const missed = inside.filter(({ log }) => log > logAt(c) + 2);
    if (missed.length === 0) return [cell];
    const arc = made.rank === 1 ? 0 : (cell.angle[1] - cell.angle[0]) * 0.5 * (cell.radius[0] + cell.radius[1]);
    // A strip in which φ steps holds no mass, however high s² is in it.
    if (arc > cell.radius[1] - cell.radius[0] ? cell.angle[1] - cell.angle[0] < thinnest : cell.radius[1] - cell.radius[0] < thinnest)
      return [cell];
    return made.halve(cell, arc > cell.radius[1] - cell.radius[0] ? 'angle' : 'radius');
  });
  return next.length > cells.length ? next : undefined;
}

function contains({ rank }: Cells, { angle, radius }: Cell, peak: Peak): boolean {
  if (!(peak.radius >= radius[0] && peak.radius < radius[1])) return false;
  if (rank === 1) return angle[0] === peak.angle;
  const turn = 2 * Math.PI;
  const from = (((peak.angle - angle[0]) % turn) + turn) % turn;
  return from < angle[1] - angle[0];
}
