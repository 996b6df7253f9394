import type { Axis } from '$lib/graph/kind';
import { isCuttable } from '$lib/sweep/cuttable';
import type { CellReport } from '$lib/worker/protocol';
import type { Workbook } from '../state/workbook.svelte';

type ReportOf = (key: string) => CellReport | undefined;

/** The axes that any cell of the sheet has, each once. */
export const axesOfSheet = ({ sheet, engine }: Workbook): Axis[] => {
  const all = sheet.cells.flatMap(({ key }) => engine.reports.of(key)?.axes ?? []);
  return [...new Map(all.map((axis) => [axis.name, axis])).values()];
};

/** A cell that has no value yet, which may be why it is to be computed elsewhere, varies over what it depends on, however far back. */
const axesBefore = (key: string, reportOf: ReportOf): readonly Axis[] => {
  const seen = new Set<string>();
  const waiting = [key];
  const found: Axis[] = [];
  // Not by recursion: a chain of cells may be longer than a stack is deep.
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const report = reportOf(next);
    if (report?.status === 'ok') found.push(...report.axes);
    else waiting.push(...(report?.precedents.toReversed() ?? []));
  }
  return found;
};

/** The axes of a cell that a sweep can cut into tasks. */
export const axesToCut = ({ sheet, engine }: Workbook, key: string): Axis[] => {
  const found = axesBefore(key, (other) => engine.reports.of(other));
  return [...new Map(found.map((axis) => [axis.name, axis])).values()].filter(({ name }) => isCuttable(sheet, name));
};
