import { valuesAt } from '$lib/graph/axes';
import type { Axis } from '$lib/graph/kind';
import type { CellReport } from '$lib/worker/protocol';

/** A block of a kernel, in numbers. */
export interface MatrixNumbers {
  readonly rows: number;
  readonly columns: number;
  readonly data: readonly number[];
}

/** The final state of a cell, when nothing is computed any more. */
export type Outcome = {
  readonly key: string;
  readonly kind: string;
  readonly milliseconds: number;
} & (
  | ({ readonly status: 'ok' } & Pick<CellReport, 'axes' | 'fields' | 'diagnostics' | 'warnings' | 'notes' | 'gaps'>)
  | { readonly status: 'error'; readonly message: string; readonly line: number | undefined; readonly column: number | undefined }
  | { readonly status: 'waiting'; readonly on: readonly string[] }
);

/** The values of the axes at a point, for a message: ` at delta = 0.1, gamma = 2`; empty without axes. */
const pointName = (axes: readonly Axis[], index: number): string => {
  const values = valuesAt(axes, index);
  const names = axes.map(({ name }, i) => `${name} = ${String(values[i])}`);
  return names.length === 0 ? '' : ` at ${names.join(', ')}`;
};

/** Names the first number that is not finite. A cell with one is in error, whatever else it computed. */
const notANumber = ({ fields, axes }: CellReport): string | undefined => {
  for (const [name, values] of Object.entries(fields)) {
    const list = Array.isArray(values) ? (values as readonly unknown[]) : [values];
    const index = list.findIndex((value) => typeof value === 'number' && !Number.isFinite(value));
    if (index >= 0) return `${name}: is not a finite number${pointName(axes, index)}`;
  }
  return undefined;
};

/**
 * The final state of a cell, from the last report on it.
 *
 * @param report undefined when there was none
 * @param line where the cell stands in the sheet
 * @param unfinished the message for a cell that was still computing at the end
 */
export const outcomeOf = (key: string, report: CellReport | undefined, line: number, unfinished: string): Outcome => {
  const facts = { key, kind: report?.kind ?? 'value', milliseconds: report?.milliseconds ?? 0 };
  const failed = (message: string, place?: { readonly line: number; readonly column: number }): Outcome => ({
    ...facts,
    status: 'error',
    message,
    line: place?.line ?? line,
    column: place?.column ?? 1,
  });
  switch (report?.status) {
    case undefined:
      return { ...facts, status: 'waiting', on: [] };
    case 'waiting':
      // It waits for no other cell: it had not been started.
      if (report.waitingOn.length === 0) return failed(unfinished);
      return { ...facts, status: 'waiting', on: report.waitingOn };
    case 'error':
      return failed(report.problem?.message ?? 'failed', report.problem?.place);
    case 'stopped':
      if (report.asksHost !== undefined)
        return failed(`${report.problem?.message ?? ''}; allow it with --allow-net ${report.asksHost}`, report.problem?.place);
      return failed(unfinished);
    case 'computing':
      return failed(unfinished);
    case 'ok': {
      const wrong = notANumber(report);
      const { axes, fields, diagnostics, warnings, notes, gaps } = report;
      if (wrong !== undefined) return failed(wrong);
      return { ...facts, status: 'ok', axes, fields, diagnostics, warnings, ...(notes && { notes }), ...(gaps && { gaps }) };
    }
  }
};

/** Passed, failed, or no check at all. */
export const checkResult = (outcome: Outcome): boolean | undefined => {
  if (outcome.status !== 'ok' || outcome.kind !== 'check') return undefined;
  const { pass } = outcome.fields;
  return Array.isArray(pass) ? pass.every((each) => each === true) : pass === true;
};

/** 0 when all cells computed, at all their points, and all checks passed, else 1. */
export const exitStatus = (outcomes: readonly Outcome[]): 0 | 1 =>
  outcomes.every((outcome) => outcome.status === 'ok' && !outcome.gaps && checkResult(outcome) !== false) ? 0 : 1;
