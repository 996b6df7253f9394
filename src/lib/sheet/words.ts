import { endsOperand } from './expected';
import type { Span } from './formula';
import { tokensOf, type Token } from './tokens';

/** A word of a line that names a cell: as what it is referred to, or as the axis that the cell makes. Offsets are within the line. */
export interface CellWord {
  readonly name: string;
  readonly role: 'reference' | 'axis';
  readonly span: Span;
}

/**
 * The words in the formula of a line that mean cells, told by their neighbours, so that a line which cannot be read (yet) follows a
 * renaming too. On a line that can be read they are exactly the references and the axes of selections of its formula.
 */
export function cellWords(line: string): CellWord[] {
  const tokens = tokensOf(line).filter((token) => token.kind !== 'comment');
  const start = tokens.findIndex((token) => token.text === '=');
  if (start < 0) return [];
  const words: CellWord[] = [];
  const selections: boolean[] = [];
  for (let at = start + 1; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    const previous = tokens[at - 1];
    if (token.text === '(') selections.push(false);
    if (token.text === '[') selections.push(endsOperand(previous));
    if (token.text === ')' || token.text === ']') selections.pop();
    if (token.kind !== 'name') continue;
    const role = roleOf(token, previous, tokens[at + 1], selections.at(-1) ?? false);
    if (role) words.push({ name: token.text, role, span: { from: token.from, to: token.to } });
  }
  return words;
}

function roleOf(token: Token, previous: Token | undefined, next: Token | undefined, inSelection: boolean): CellWord['role'] | undefined {
  if (token.text === 'true' || token.text === 'false' || previous?.text === '.' || next?.text === '(') return undefined;
  if (next?.text === ':') return inSelection ? 'axis' : undefined;
  return 'reference';
}
