import type { Cell, Cells, Interval } from '$lib/theory/bayes/span/cells';

/** Cells about the origin out to a radius. */
export interface Disc {
  readonly cells: readonly Cell[];
  readonly radius: number;
}

/** How thick shells are. */
const thickness = 1.5;

/** Adds shells of cells until they reach `to`, or no more of them fit. */
export async function grow(
  made: Cells,
  { cells, radius }: Disc,
  to: number,
  fits: (cells: readonly Cell[]) => boolean,
  breathe: () => Promise<void>,
): Promise<Disc> {
  while (radius < to && fits(cells)) {
    const shell: Interval = radius === 0 ? [0, 1] : [radius, radius + thickness];
    cells = [...cells, ...made.shell(shell)];
    radius = shell[1];
    await breathe();
  }
  return { cells, radius };
}
