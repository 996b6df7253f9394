import { activationFunctions } from '$lib/base/special';
import type { Cells } from '$lib/theory/bayes/span/cells';
import type { NodeLaw } from '$lib/theory/bayes/span/law';
import { order } from '$lib/theory/bayes/span/panels';

/** Densities below this part of the whole mass, as a logarithm, are looked for no longer. */
const faint = 32;

const rays = 2048;

/**
 * Out to which radius the law of relu under Δ must be known: it is homogeneous, log p = −½ q r² on each ray, and q says all. Infinite where it has
 * no norm.
 */
export function reachOf(cells: Cells, gamma: number, dual: Float64Array): number {
  const { value } = activationFunctions[cells.activation];
  let least = Infinity;
  const angles = cells.rank === 1 ? [-1, 1] : Array.from({ length: rays }, (_, j) => (2 * Math.PI * (j + 0.5)) / rays);
  for (const angle of angles) {
    const s = cells.along(angle).reduce((sum, h, p) => sum + dual[p]! * value(h), 0);
    least = Math.min(least, 1 - (gamma * s) ** 2);
  }
  return least > 0 ? Math.sqrt((2 * faint) / least) : Infinity;
}

/** The mass of the cells that end at a radius, in their outer half. */
export function rimMass({ cells, masses }: NodeLaw, radius: number): number {
  const each = cells[0]?.logPrior.length ?? 0;
  let sum = 0;
  for (const [c, cell] of cells.entries())
    if (cell.radius[1] >= radius) for (let k = 0; k < each; k++) if (k % order >= order / 2) sum += masses[c * each + k]!;
  return sum;
}
