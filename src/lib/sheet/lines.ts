import type { Span } from './formula';

/** A line of a text: `from`…`to` without its end of line, which runs on to `next`. */
export interface Line extends Span {
  readonly next: number;
}

/** The lines of a text, one after the other. An end of line is `\n`, `\r\n` or `\r`; there is always one line more than there are ends of line. */
export function* eachLine(text: string): Generator<Line, void> {
  let from = 0;
  for (const end of text.matchAll(/\r\n|\n|\r/g)) {
    const next = end.index + end[0].length;
    yield { from, to: end.index, next };
    from = next;
  }
  yield { from, to: text.length, next: text.length };
}

/** All lines of a text. */
export const linesOf = (text: string): Line[] => [...eachLine(text)];

/** The end of line that a text uses: that of its first line, `\n` when it has only one. */
export const endOfLine = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';

/** What the sheet language reads as a blank, as in its grammar. */
const isBlank = (character: string): boolean => ' \t\u00a0\ufeff'.includes(character);

/** The part `from`…`to` of a text without the blanks around it; empty, at `from`, when there is nothing else. */
export function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charAt(start))) start += 1;
  while (end > start && isBlank(text.charAt(end - 1))) end -= 1;
  return start === end ? { from, to: from } : { from: start, to: end };
}
