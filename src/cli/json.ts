import { sizeOf } from '$lib/graph/axes';
import type { CellReport, EngineReport, PointRecord } from '$lib/worker/protocol';
import type { MatrixNumbers, Outcome } from './outcome';

/** A cell as `--json` has it; `matrices` are the training blocks of a kernel, one a point. */
const cellJson = (outcome: Outcome, matrices: readonly MatrixNumbers[]): Record<string, unknown> => {
  const { kind, status, milliseconds } = outcome;
  const facts = { kind, status, milliseconds };
  if (status === 'error') return { ...facts, message: outcome.message, line: outcome.line, column: outcome.column };
  if (status === 'waiting') return { ...facts, on: outcome.on };
  const { axes, fields, diagnostics, warnings, notes, gaps } = outcome;
  const points = sizeOf(axes);
  // Blocks that are too large are not written; one block a point or none, so that they stay row-major over the axes.
  const matrix = matrices.length === points ? { matrix: axes.length === 0 ? matrices[0] : matrices } : {};
  return {
    ...facts,
    axes: axes.map(({ name, values }) => ({ name, values })),
    fields: { ...fields, ...matrix },
    diagnostics,
    ...(warnings.length > 0 && { warnings }),
    ...(notes && { notes }),
    // A field has null at a gap.
    ...(gaps && { gaps: gaps.map(({ point, reason }) => ({ point, reason })) }),
  };
};

/**
 * The JSON of the contract (`--json`), cells in the order of the sheet, as text with an end of line.
 *
 * @param partial a signal ended the run before all was done
 * @param points what was computed, by the hash of what it depends on, so that a page can be filled with it
 */
export const jsonText = (
  { backend, adapter, threads }: EngineReport,
  outcomes: readonly Outcome[],
  matrices: ReadonlyMap<CellReport['key'], readonly MatrixNumbers[]>,
  partial = false,
  points?: readonly PointRecord[],
): string => {
  const cells = Object.fromEntries(outcomes.map((outcome) => [outcome.key, cellJson(outcome, matrices.get(outcome.key) ?? [])]));
  const engine = { backend, adapter, ...(threads !== undefined && { threads }) };
  const text = JSON.stringify({ version: 1, engine, ...(partial && { partial }), cells }, null, 1);
  // A line a point: they are for programs.
  const lines = points?.map((point) => `  ${JSON.stringify(point)}`);
  return lines ? `${text.slice(0, -'\n}'.length)},\n "points": [\n${lines.join(',\n')}\n ]\n}\n` : `${text}\n`;
};
