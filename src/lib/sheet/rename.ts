import { Problem } from '$lib/base/problem';
import { printPosition } from './address';
import { applyChanges, cellOf, checkNewName, renameWords, type Change } from './change';
import type { Cell } from './document';
import { parse } from './parse';
import { cellsByReference } from './references';

/**
 * Gives a cell another name, its first name, or (`undefined`) takes its name away; references and the axis of that name in selections
 * follow. A cell that loses its name is referred to by its address; references by address stay when it gets one.
 * @throws Problem when the name is taken or cannot be one, for a note, and for a cell that would be left with neither name nor address
 */
export function renameCell(text: string, key: string, name: string | undefined): string {
  const sheet = parse(text);
  const cell = cellOf(sheet, key);
  if (cell.note) throw new Problem('note: is not a name; a note has none');
  if (name !== undefined) checkNewName(sheet, name, cell);
  const address = cell.area && printPosition(cell.area);
  const after = name ?? address;
  if (after === undefined) throw new Problem('a cell must have a name or an address');
  const before = cell.name ?? address;
  const meant = before !== undefined && cellsByReference(sheet).get(before) === cell;
  // An axis has the name of its cell, so the name of the axis changes even where the address still refers to the cell.
  const follow = renameWords(sheet, (word) =>
    meant && word.name === before && (word.role === 'axis' || cell.name !== undefined) ? after : undefined,
  );
  return applyChanges(text, [headChange(cell, name), ...follow]);
}

function headChange(cell: Cell, name: string | undefined): Change {
  const { nameSpan, addressSpan } = cell;
  if (nameSpan && name !== undefined) return { ...nameSpan, insert: name };
  if (nameSpan && addressSpan) return { from: nameSpan.from, to: addressSpan.from, insert: '' };
  if (addressSpan) return { from: addressSpan.from, to: addressSpan.from, insert: name === undefined ? '' : `${name} ` };
  throw new Problem(`${cell.key}: the line cannot be read, so its cell cannot be named`);
}
