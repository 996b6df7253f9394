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

/** A cell that has no value yet, which may be why it shall be computed elsewhere, varies over what it depends on. */
const axesBefore = (key: string, reportOf: ReportOf, seen = new Set<string>()): readonly Axis[] => {
  if (seen.has(key)) return [];
  seen.add(key);
  const report = reportOf(key);
  if (report?.status === 'ok') return report.axes;
  return report?.precedents.flatMap((before) => axesBefore(before, reportOf, seen)) ?? [];
};

/** The axes of a cell that a sweep can cut into tasks. */
export const axesToCut = ({ sheet, engine }: Workbook, key: string): Axis[] => {
  const found = axesBefore(key, (other) => engine.reports.of(other));
  return [...new Map(found.map((axis) => [axis.name, axis])).values()].filter(({ name }) => isCuttable(sheet, name));
};
