import type { Sheet } from './document';
import type { Line } from './lines';
import { trimmed } from './lines';
import { isTrackLine } from './tracks';

/**
 * Title and description of a sheet: the comment lines with which it begins, up to the first cell or empty line. The first is the
 * title, the others, one a line, the description; `#` and the blanks around are not part of them, and a comment of sizes (`tracks.ts`) is
 * neither.
 */
export function headingOf(text: string, lines: Iterable<Line>): Pick<Sheet, 'title' | 'description'> {
  const comments: string[] = [];
  for (const line of lines) {
    const { from, to } = trimmed(text, line.from, line.to);
    if (text.charAt(from) !== '#' || from === to) break;
    if (isTrackLine(text.slice(from, to))) continue;
    const words = trimmed(text, from + 1, to);
    comments.push(text.slice(words.from, words.to));
  }
  const [title = '', ...description] = comments;
  return { title, description: description.join('\n') };
}
