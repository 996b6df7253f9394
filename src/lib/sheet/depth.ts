import { endsOperand, type Complaint } from './expected';
import type { Token } from './tokens';

/** How deep a formula may be nested: recursion over a formula is then always safe. */
const DEEPEST = 200;

const OPERATOR = /^(?:[-+*/^<>.]|[<>=!]=)$/;

/**
 * Whether the words nest deeper than `DEEPEST`: every open bracket counts one, and so does, within its bracket and since the last comma,
 * every operator, field and selection, since each makes the tree of the formula one deeper. Answers with a message about the word that
 * is too much, or with nothing.
 */
export function tooDeep(tokens: readonly Token[]): Complaint | undefined {
  const outer: number[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === '(' || token.text === '[') {
      if (token.text === '[' && endsOperand(tokens[index - 1])) depth += 1;
      outer.push(depth);
      depth += 1;
    } else if (token.text === ')' || token.text === ']') {
      depth = outer.pop() ?? 0;
    } else if (token.text === ',') {
      depth = (outer.at(-1) ?? -1) + 1;
    } else if (OPERATOR.test(token.text)) {
      depth += 1;
    }
    if (depth > DEEPEST) {
      const message = `formula: must be at most ${DEEPEST} operators and brackets deep; give part of it a cell of its own`;
      return { message, from: token.from, to: token.to };
    }
  }
  return undefined;
}
