import type { Span } from './formula';
import { parser } from './parser';

/** A word of a line; offsets are within the line. */
export interface Token extends Span {
  readonly kind: 'name' | 'address' | 'number' | 'string' | 'comment' | 'sign' | 'unknown';
  readonly text: string;
}

const tokenParser = parser.configure({ top: 'Tokens' });

const KINDS: Readonly<Record<string, Token['kind']>> = {
  Name: 'name',
  Boolean: 'name',
  Address: 'address',
  Number: 'number',
  String: 'string',
  Comment: 'comment',
  Newline: 'unknown',
  Unknown: 'unknown',
  // Half a character, of which no grammar can speak.
  '⚠': 'unknown',
};

/** The tokens of one line as the grammar reads them, without the blanks, also of a line that is not a cell. For messages about such a line. */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  tokenParser.parse(line).iterate({
    enter: ({ name, type, from, to }) => {
      if (!type.isTop) tokens.push({ kind: KINDS[name] ?? 'sign', text: line.slice(from, to), from, to });
    },
  });
  return tokens;
}

/** Whether a string token has its closing quote. */
export const isClosed = (text: string): boolean => /^"(?:[^"\\]|\\.)*"$/su.test(text);
