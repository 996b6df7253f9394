import { Problem } from '$lib/base/problem';
import type { Tree } from '@lezer/common';
import type { LRParser } from '@lezer/lr';
import { looksLikeAddress, parseArea } from './address';
import { tooDeep } from './depth';
import type { Area } from './document';
import { complaint } from './expected';
import type { Formula, Span } from './formula';
import { trimmed } from './lines';
import { parser } from './parser';
import { tokensOf, type Token } from './tokens';
import { formulaAt, isExpression, Misreading } from './tree';

/** What one line of a sheet says by itself, before it is compared with the others. Spans are offsets in the sheet. */
export interface CellLine {
  readonly name: string | undefined;
  readonly area: Area | undefined;
  readonly note: boolean;
  readonly formula: Formula | undefined;
  readonly formulaSpan: Span;
  readonly nameSpan: Span | undefined;
  readonly addressSpan: Span | undefined;
  readonly problem: { readonly problem: Problem; readonly span: Span } | undefined;
}

const sheetParser = parser.configure({ top: 'Sheet', strict: true });
const formulaParser = parser.configure({ top: 'Formula', strict: true });

/** The words that can be neither the name of a cell nor a reference. */
const RESERVED: readonly string[] = ['true', 'false', 'note'];

/**
 * Whether a word can be the name of a cell.
 * @throws Problem that says why not
 */
export function checkName(word: string): void {
  if (looksLikeAddress(word))
    throw new Problem(`${word}: is an address and cannot be the name of a cell; to place a cell there, write @${word}`);
  if (RESERVED.includes(word)) throw new Problem(`${word}: is a word of the language and cannot be the name of a cell`);
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(word)) {
    throw new Problem(`name: must be letters, digits and underscores and begin with a letter, got ${word === '' ? 'nothing' : word}`);
  }
}

/**
 * Reads one line that is neither empty nor a comment.
 * @param text the line, without its end
 * @param offset where it begins in the sheet
 */
export function readLine(text: string, offset: number): CellLine {
  const tokens = tokensOf(text);
  const problems: Misreading[] = [];
  const shift = (span: Span): Span => ({ from: span.from + offset, to: span.to + offset });
  const head = headOf(tokens, (problem, token) => problems.push(new Misreading(problem, shift(token))));
  const formulaSpan = shift(formulaSpanOf(text, tokens, head));
  let formula: Formula | undefined;
  try {
    formula = formulaOfTree(parsed(sheetParser, text, tokens, offset), text, offset);
    if (head.note && formula.type !== 'string') {
      throw new Misreading(new Problem('note: must be a text between double quotes, as in note @A1 = "Text"'), formula.span);
    }
  } catch (error) {
    if (!(error instanceof Misreading)) throw error;
    formula = undefined;
    problems.push(error);
  }
  const { nameToken, addressToken, ...facts } = head;
  return {
    ...facts,
    formula,
    formulaSpan,
    nameSpan: nameToken && shift(nameToken),
    addressSpan: addressToken && shift(addressToken),
    problem: problems[0],
  };
}

/**
 * Reads a formula that stands alone, as typed in the formula bar; a comment may follow it. An end of line in it counts as a blank.
 * @throws Problem with its place; the line is 1
 */
export function parseFormula(text: string): Formula {
  const line = text.replace(/[\n\r]/g, ' ');
  try {
    return formulaOfTree(parsed(formulaParser, line, [EQUALS, ...tokensOf(line)], 0), line, 0);
  } catch (error) {
    if (!(error instanceof Misreading)) throw error;
    const { from, to } = error.span;
    throw error.problem.at({ line: 1, column: from + 1, length: Math.max(to - from, 1) });
  }
}

/** Stands before a formula that is read alone, so that it is spoken of as one in a line. */
const EQUALS: Token = { kind: 'sign', text: '=', from: 0, to: 0 };

/** The tree of a text without errors. Stops at the first error, so that no time goes into recovering from it. */
function parsed(reader: LRParser, text: string, tokens: readonly Token[], offset: number): Tree {
  const deep = tooDeep(tokens);
  if (deep) throw new Misreading(new Problem(deep.message), { from: deep.from + offset, to: deep.to + offset });
  const parse = reader.startParse(text);
  try {
    for (;;) {
      const tree = parse.advance();
      if (tree) return tree;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { message, from, to } = complaint(tokens, parse.parsedPos);
    throw new Misreading(new Problem(message), { from: from + offset, to: to + offset });
  }
}

function formulaOfTree(tree: Tree, text: string, offset: number): Formula {
  const cursor = tree.cursor();
  do {
    if (isExpression(cursor.name)) return formulaAt(cursor, text, offset);
  } while (cursor.next());
  throw new Misreading(new Problem('expected a formula'), { from: offset, to: offset + text.length });
}

type Head = Pick<CellLine, 'name' | 'area' | 'note'> & { readonly nameToken: Token | undefined; readonly addressToken: Token | undefined };

/** Name and address, as far as they can be read, also on a line that is broken further on. */
function headOf(tokens: readonly Token[], complain: (problem: Problem, token: Token) => void): Head {
  const [first, second, third] = tokens;
  const isHead = (token: Token | undefined): boolean => token?.text === '=' || token?.kind === 'address';
  const nameToken = first?.kind === 'name' && isHead(second) ? first : undefined;
  const addressToken = [nameToken ? second : first].find((token) => token?.kind === 'address');
  const followed = (nameToken && addressToken ? third : second)?.text === '=';
  const attempt = <Value>(token: Token | undefined, read: (word: string) => Value): Value | undefined => {
    if (!token) return undefined;
    try {
      return read(token.text);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (followed || !nameToken || addressToken) complain(error, token);
      return undefined;
    }
  };
  const note = nameToken?.text === 'note';
  const name = attempt(note ? undefined : nameToken, (word) => (checkName(word), word));
  const area = attempt(addressToken, (word) => parseArea(word.slice(1)));
  return { name, area, note, nameToken, addressToken };
}

function formulaSpanOf(text: string, tokens: readonly Token[], head: Head): Span {
  const end = tokens.find((token) => token.kind === 'comment')?.from ?? text.length;
  const headed = head.nameToken ?? head.addressToken;
  const before = headed && (tokens.find((token) => token.text === '=') ?? head.addressToken);
  return trimmed(text, before?.to ?? 0, end);
}
