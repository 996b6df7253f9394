import type { CellReport } from '$lib/worker/protocol';
import { numbersOf } from './scale';

/** A test error and its δ. */
export interface TransferEnd {
  readonly delta: number;
  readonly test: number;
}

/** Test errors at the smallest and the largest δ of a coupling, as a cell of the sheet has them. */
export interface TransferEnds {
  /** The cell they are read from. */
  readonly of: string;
  readonly least: TransferEnd;
  readonly greatest: TransferEnd;
}

/**
 * Finds the errors of a target kernel with this coupling, over the sweep of its δ. Undefined where the sheet has none: nothing is computed for it.
 *
 * @param reports of all cells, in the order of the sheet
 */
export const transferEnds = (coupling: CellReport, reports: readonly CellReport[]): TransferEnds | undefined => {
  const deltas = numbersOf(coupling.fields.delta);
  const [axis, ...others] = coupling.axes;
  if (!deltas || !axis || others.length > 0) return undefined;
  const targets = new Set(
    reports.filter(({ kind, precedents }) => kind === 'target_kernel' && precedents.includes(coupling.key)).map(({ key }) => key),
  );
  for (const { key, kind, status, axes, fields, precedents } of reports) {
    if (kind !== 'error' || status !== 'ok' || !precedents.some((precedent) => targets.has(precedent))) continue;
    const tests = numbersOf(fields.test);
    if (axes.length !== 1 || axes[0]?.name !== axis.name || tests?.length !== deltas.length) continue;
    const [least, greatest] = [deltas.indexOf(Math.min(...deltas)), deltas.indexOf(Math.max(...deltas))];
    const end = (index: number): TransferEnd => ({ delta: deltas[index]!, test: tests[index]! });
    return { of: key, least: end(least), greatest: end(greatest) };
  }
  return undefined;
};
