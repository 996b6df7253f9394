import type { Span } from './formula';

/** A word of a line; offsets are within the line. */
export interface Token extends Span {
  readonly kind: 'name' | 'address' | 'number' | 'string' | 'comment' | 'sign' | 'unknown';
  readonly text: string;
}

const WORD =
  /(?<comment>#.*)|(?<address>@[A-Za-z0-9_:$]*)|(?<string>"(?:[^"\\]|\\.)*(?:"|\\|$))|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z][A-Za-z0-9_]*)|(?<sign>[<>=!]=|[-+*/^<>=()[\],:.])|(?<unknown>[^ \t\u00a0\ufeff])/gsu;

/**
 * The words of one line, without the blanks, as the grammar cuts them. The grammar decides what is right; this is for speaking of a
 * line that is not.
 */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  for (const match of line.matchAll(WORD)) {
    const kind = kindOf(match.groups ?? {});
    tokens.push({ kind, text: match[0], from: match.index, to: match.index + match[0].length });
  }
  return tokens;
}

const KINDS: readonly Token['kind'][] = ['comment', 'address', 'string', 'number', 'name', 'sign'];

const kindOf = (groups: Readonly<Record<string, string | undefined>>): Token['kind'] =>
  KINDS.find((kind) => groups[kind] !== undefined) ?? 'unknown';

/** Whether a string token has its closing quote. */
export const isClosed = (text: string): boolean => /^"(?:[^"\\]|\\.)*"$/su.test(text);
