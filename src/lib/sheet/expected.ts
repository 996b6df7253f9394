import { isClosed, type Token } from './tokens';

/** A message about the part `from`…`to` of a line. */
export interface Complaint {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

/** An open bracket: what it belongs to decides what may follow. */
interface Bracket {
  readonly sign: '(' | '[';
  readonly of: 'call' | 'group' | 'list' | 'selection';
  readonly name: string;
}

/**
 * Says what a line lacks at the first place where the grammar could not go on.
 *
 * Up to there the line is the beginning of some correct line, so the word before and the brackets that are open decide what could
 * have come.
 *
 * @param tokens the words of the line
 * @param at the offset that the parser reached
 */
export function complaint(tokens: readonly Token[], at: number): Complaint {
  const words = tokens.filter((token) => token.kind !== 'comment');
  const before = words.filter((token) => token.to <= at && (token.from < at || token.to === 0));
  const last = before.at(-1);
  const next = words[before.length];
  const place = next ? { from: next.from, to: next.to } : { from: last?.to ?? 0, to: (last?.to ?? 0) + 1 };
  if (last && last.kind === 'string' && !isClosed(last.text)) {
    return { message: `expected '"' to close the string that begins here`, from: last.from, to: last.to };
  }
  const equals = before.findIndex((token) => token.text === '=');
  const wanted = equals < 0 ? wantedOfHead(before, next) : wantedOfFormula(before.slice(equals), next);
  if (!wanted.startsWith('expected')) return { message: wanted, ...place };
  return { message: `${wanted}, got ${next ? describe(next) : 'the end of the line'}`, ...place };
}

const describe = (token: Token): string => {
  const text = token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
  if (token.kind === 'string') return text;
  if (/[\u201c\u201d\u2018\u2019']/.test(text)) return `${text} (strings stand between straight double quotes)`;
  return text === '"' ? text : `"${text}"`;
};

function wantedOfHead(before: readonly Token[], next: Token | undefined): string {
  const last = before.at(-1);
  if (last?.kind === 'address') return `expected "=" and a formula after the address ${last.text}`;
  if (last) return `expected "=" or an address such as @A1 after the name ${last.text}`;
  if (next?.text === 'true' || next?.text === 'false') return `${next.text}: is a value and cannot be the name of a cell`;
  return 'expected a cell, as in name @A1 = formula, or a comment that begins with #';
}

function wantedOfFormula(before: readonly Token[], next: Token | undefined): string {
  const last = before.at(-1)?.text ?? '=';
  const open = openBrackets(before).at(-1);
  if (last === '=') return 'expected a formula after "="';
  if (last === '(' && open?.of === 'call') return `expected an argument or ")" after "${open.name}("`;
  if (last === '[' && open?.of === 'list') return 'expected a value or "]" after "["';
  if ((last === '[' || last === ',') && open?.of === 'selection') return 'expected the name of an axis, as in value[axis: 0.5]';
  if (last === '.') return 'expected the name of a field after "."';
  if (last === ':') return `expected a value after "${before.at(-2)?.text ?? ''}:"`;
  if (!endsOperand(before.at(-1))) return `expected a value after "${last}"`;
  if (!open) return wantedAfterFormula(next);
  if (open.of === 'selection' && isAxisName(before)) return `expected ":" and a value after the axis ${last}`;
  if (open.of === 'selection') return 'expected "," or "]" to close the selection';
  if (open.of === 'list') return 'expected "," or "]" to close the list';
  if (open.of === 'group') return 'expected ")" to close the parenthesis';
  return next ? `expected "," or ")" to close the call of ${open.name}` : `expected ")" to close the call of ${open.name}`;
}

function wantedAfterFormula(next: Token | undefined): string {
  if (next?.text === ')' || next?.text === ']') return `"${next.text}" has no opening bracket`;
  if (next?.text === '=') return 'expected one "=" in a line; to compare, write "=="';
  if (next?.text === ':') return 'expected the end of the formula; named arguments stand within a call, as in slider(2, min: 0.1)';
  return 'expected an operator or the end of the formula';
}

const isAxisName = (before: readonly Token[]): boolean => {
  const previous = before.at(-2)?.text;
  return before.at(-1)?.kind === 'name' && (previous === '[' || previous === ',');
};

/** Whether a value can end with this word. */
export const endsOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === 'name' || token.kind === 'number' || token.kind === 'string' || token.text === ')' || token.text === ']');

function openBrackets(tokens: readonly Token[]): Bracket[] {
  const open: Bracket[] = [];
  tokens.forEach((token, index) => {
    const previous = tokens[index - 1];
    if (token.text === '(') {
      const call = previous?.kind === 'name';
      open.push({ sign: '(', of: call ? 'call' : 'group', name: call ? previous.text : '' });
    } else if (token.text === '[') {
      open.push({ sign: '[', of: endsOperand(previous) ? 'selection' : 'list', name: '' });
    } else if (token.text === ')' || token.text === ']') {
      open.pop();
    }
  });
  return open;
}
