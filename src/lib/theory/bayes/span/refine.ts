import type { Cell, Cells } from '$lib/theory/bayes/span/cells';
import type { NodeLaw } from '$lib/theory/bayes/span/law';
import { order, tailOf } from '$lib/theory/bayes/span/panels';

/** What the highest degrees of the polynomial in a cell may hold of the whole, of the mass and of ⟨s²⟩. */
export const tolerated = 1e-4;

/**
 * The cells, those cut in two in which the polynomials through p or p s² still have a part of high degree, across the direction where it is
 * larger. Undefined where none has. Integrals converge twice as fast as these.
 */
export function refine(made: Cells, { cells, masses, tilt }: NodeLaw, tolerance: number): readonly Cell[] | undefined {
  const each = cells[0]?.logPrior.length ?? 0;
  const angles = each / order;
  const second = masses.map((mass, node) => mass * tilt[node]! ** 2);
  const whole = second.reduce((sum, value) => sum + value, 0);
  const next = cells.flatMap((cell, c): readonly Cell[] => {
    let byRadius = 0;
    let byAngle = 0;
    for (const [values, total] of [
      [masses, 1],
      [second, whole],
    ] as const) {
      if (total === 0) continue;
      let [alongRadius, alongAngle] = [0, 0];
      for (let j = 0; j < angles; j++) alongRadius += tailOf(values, c * each + j * order, 1);
      if (angles > 1) for (let i = 0; i < order; i++) alongAngle += tailOf(values, c * each + i, order);
      byRadius = Math.max(byRadius, alongRadius / total);
      byAngle = Math.max(byAngle, alongAngle / total);
    }
    if (Math.max(byRadius, byAngle) <= tolerance) return [cell];
    return made.halve(cell, byAngle > byRadius ? 'angle' : 'radius');
  });
  return next.length > cells.length ? next : undefined;
}

/** All cells that hold mass cut in four: what they give is a check of the cells themselves. */
export function refineAll(made: Cells, { cells, masses }: NodeLaw): readonly Cell[] {
  const each = cells[0]?.logPrior.length ?? 0;
  return cells.flatMap((cell, c): readonly Cell[] => {
    let mass = 0;
    for (let k = 0; k < each; k++) mass += masses[c * each + k]!;
    if (mass < 1e-7) return [cell];
    const halves = made.halve(cell, 'radius');
    return made.rank === 1 ? halves : halves.flatMap((half) => made.halve(half, 'angle'));
  });
}
