import type { Cell } from '$lib/sheet/document';
import { purposeOf } from '../icons/purpose';

/** What a cell is, as far as its text says: its outermost call, `note`, or `value` for arithmetic. */
export const kindOf = (cell: Pick<Cell, 'note' | 'formula'>): string => {
  if (cell.note) return 'note';
  return cell.formula?.type === 'call' ? cell.formula.name : 'value';
};

const small = new Set(['value', 'check', 'slider', 'choice', 'range', 'each', 'note']);
const pictures = new Set(['plot', 'heatmap']);
const curves = new Set(['spectrum', 'density']);

/** Height in pixels that a cell of this kind wants when it stands in one row. */
export const heightWanted = (kind: string): number => {
  if (kind === 'value') return 58;
  if (small.has(kind) || purposeOf(kind) === 'function') return 92;
  if (pictures.has(kind) || curves.has(kind)) return 220;
  return 176;
};

/** Height that a cell over `rows` rows wants. */
export const heightOver = (kind: string, rows: number): number =>
  pictures.has(kind) ? Math.min(560, 138 * rows) : Math.max(heightWanted(kind), 40 * rows);

/** How many squares a cell without an address takes. */
export const squaresWanted = (kind: string): { columns: number; rows: number } =>
  pictures.has(kind) ? { columns: 3, rows: 3 } : { columns: curves.has(kind) ? 2 : 1, rows: 1 };
