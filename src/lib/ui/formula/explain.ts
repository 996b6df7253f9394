import { tokensOf } from '$lib/sheet/tokens';
import { enclosing, type Vocabulary } from './complete';

/** What a word of a formula is, in a line or two. */
export interface Explanation {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly text: string;
}

/** What the word at a place means: a cell and its value, a field, a kind, a parameter. */
export const explain = (formula: string, position: number, vocabulary: Vocabulary): Explanation | undefined => {
  const tokens = tokensOf(formula);
  const index = tokens.findIndex(({ kind, from, to }) => kind === 'name' && from <= position && position < to);
  const token = tokens[index];
  if (!token) return undefined;
  const { from, to, text: word } = token;
  const [before, after] = [tokens[index - 1]?.text, tokens[index + 1]?.text];
  const said = (title: string, text: string): Explanation => ({ from, to, title, text });
  if (before === '.') {
    const owner = tokens[index - 2]?.text;
    const field = vocabulary.names.find(({ name }) => name === owner)?.values?.[word];
    return field === undefined ? undefined : said(`${owner}.${word}`, field);
  }
  const kind = after === '(' ? vocabulary.kinds.find(({ name }) => name === word) : undefined;
  if (kind) return said(`${word}(…)`, kind.meaning);
  if (after === ':') {
    const call = enclosing(tokens.slice(0, index))?.call;
    const parameter = vocabulary.kinds.find(({ name }) => name === call)?.parameters.find(({ name }) => name === word);
    if (parameter) {
      const fallback = parameter.defaultText ? ` Default: ${parameter.defaultText}.` : '';
      return said(`${word}: ${parameter.expected}`, `${parameter.meaning}.${fallback}`);
    }
  }
  const cell = vocabulary.names.find(({ name }) => name === word);
  if (!cell) return undefined;
  const values = Object.entries(cell.values ?? {}).slice(0, 4);
  return said(`${word}: ${cell.kind}`, values.map(([name, value]) => (name === 'value' ? value : `${name} ${value}`)).join('\n'));
};
