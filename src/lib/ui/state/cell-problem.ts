import type { Cell } from '$lib/sheet/document';
import type { CellReport } from '$lib/worker/protocol';
import type { Fault } from '../formula/create-editor';
import type { CellProblem } from './workbook-parts';

/** What is wrong with a cell: in its text, else in its computation. */
export const problemOfCell = ({ problem }: Cell, report: CellReport | undefined): CellProblem | undefined => {
  if (problem) return { message: problem.message, place: problem.place };
  return report?.status === 'error' && report.problem ? { message: report.problem.message, place: report.problem.place } : undefined;
};

/** The part of a cell's formula that its problem points at, to be underlined there; undefined where it points elsewhere. */
export const faultIn = (cell: Cell, { message, place }: CellProblem): Fault | undefined => {
  if (!place || place.line !== cell.line) return undefined;
  const from = cell.span.from + place.column - 1 - cell.formulaSpan.from;
  return { from, to: from + place.length, message };
};
