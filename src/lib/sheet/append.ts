import { endOfLine } from './lines';
import { endOfCells } from './tracks';

/** A text with one line more at the end of its cells, and that line ended as the others are; the sizes of columns and rows stay last. */
export function appendLine(text: string, line: string): string {
  const at = endOfCells(text);
  const [cells, sizes] = [text.slice(0, at), text.slice(at)];
  const end = endOfLine(text);
  return cells === '' || /[\n\r]$/.test(cells) ? cells + line + end + sizes : cells + end + line;
}
