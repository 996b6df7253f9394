import { isClosed, tokensOf, type Token } from '$lib/sheet/tokens';
import type { KindReport } from '$lib/worker/protocol';

/** What completion knows of the sheet. */
export interface Vocabulary {
  readonly kinds: readonly KindReport[];
  /** Cells that can be referred to, with their kind and the fields that can be read from them. */
  readonly names: readonly KnownCell[];
}

export interface KnownCell {
  readonly name: string;
  readonly kind: string;
  readonly fields: readonly string[];
  /** The values of its fields for people. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface Suggestion {
  readonly label: string;
  /** What is written; the label when absent. `cursorBack` characters from its end the cursor is left. */
  readonly insert?: string;
  readonly cursorBack?: number;
  readonly detail: string;
  readonly info?: string;
  readonly type: 'kind' | 'parameter' | 'name' | 'field' | 'word';
}

export interface Suggestions {
  /** Where the word that is replaced begins. */
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** A call whose end is not written yet. */
interface OpenCall {
  readonly call: string;
  /** The parameter whose value is being written. */
  readonly parameter: string | undefined;
  readonly given: readonly string[];
  /** Parameters that are given as a text, without its quotes. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The innermost call that is open at the end of these tokens, and the parameter whose value is being written. */
export const enclosing = (tokens: readonly Token[]): OpenCall | undefined => {
  const open: (OpenCall & { parameter: string | undefined; given: string[]; texts: Record<string, string> })[] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const top = open[open.length - 1];
    if (token.text === '(') open.push({ call: before?.kind === 'name' ? before.text : '', parameter: undefined, given: [], texts: {} });
    else if (token.text === '[') open.push({ call: '', parameter: undefined, given: [], texts: {} });
    else if (token.text === ')' || token.text === ']') open.pop();
    else if (token.text === ',' && top) top.parameter = undefined;
    else if (token.text === ':' && before?.kind === 'name' && top) {
      top.parameter = before.text;
      top.given.push(before.text);
    } else if (token.kind === 'string' && before?.text === ':' && top?.parameter) top.texts[top.parameter] = token.text.slice(1, -1);
  });
  return open[open.length - 1];
};

/** `one of "erf", "relu"` → `"erf"`, `"relu"`. */
const wordsIn = (expected: string): readonly string[] => [...expected.matchAll(/"[^"]*"/g)].map(([word]) => word);

/**
 * What could be written at the end of `text` (the formula up to the cursor): fields after a dot, words inside quotes, the parameters
 * of the open call, names of cells and kinds.
 * @param explicit asked for with Ctrl+Space, so that an empty word is completed too.
 */
export const suggest = (text: string, vocabulary: Vocabulary, explicit: boolean): Suggestions | undefined => {
  const tokens = tokensOf(text);
  const last = tokens[tokens.length - 1];
  const word = last?.kind === 'name' && last.to === text.length ? last : undefined;
  const before = word ? tokens.slice(0, -1) : tokens;
  const previous = before[before.length - 1];
  const from = word?.from ?? text.length;
  if (last?.kind === 'comment') return undefined;

  if (previous?.text === '.') {
    const owner = before[before.length - 2];
    const cell = vocabulary.names.find(({ name }) => name === owner?.text);
    return cell ? { from, options: cell.fields.map((field) => ({ label: field, detail: `of ${cell.name}`, type: 'field' })) } : undefined;
  }
  const open = enclosing(before);
  const kind = vocabulary.kinds.find(({ name }) => name === open?.call);
  const parameter = kind?.parameters.find(({ name }) => name === open?.parameter);
  // The theory that the call names in so many words: parameters of others are no help then.
  const theory = kind?.theoryFrom && open?.texts[kind.theoryFrom];

  if (last?.kind === 'string' && last.to === text.length && !isClosed(last.text)) {
    const words = wordsIn(parameter?.expected ?? '');
    return words.length > 0 ? { from: last.from, options: words.map((label) => ({ label, detail: '', type: 'word' })) } : undefined;
  }
  if (!word && !explicit && previous?.text !== '(' && previous?.text !== ',' && previous?.text !== ':') return undefined;

  const words = parameter
    ? wordsIn(parameter.expected).map((label): Suggestion => ({ label, detail: parameter.name, info: parameter.meaning, type: 'word' }))
    : [];
  const parameters =
    kind && !open?.parameter
      ? kind.parameters
          .filter(({ name, theories }) => !open?.given.includes(name) && (!theories || !theory || theories.includes(theory)))
          .map(({ name, expected, meaning, defaultText, required, theories }): Suggestion => ({
            label: `${name}:`,
            insert: `${name}: `,
            detail: required ? expected : `${expected} · ${defaultText}`,
            info: theories ? `${theories.join(', ')} only: ${meaning}` : meaning,
            type: 'parameter',
          }))
      : [];
  const names = vocabulary.names.map(({ name, kind: what }): Suggestion => ({ label: name, detail: what, type: 'name' }));
  const kinds = vocabulary.kinds.map(({ name, meaning, example }): Suggestion => ({
    label: name,
    insert: `${name}()`,
    cursorBack: 1,
    detail: meaning,
    info: example,
    type: 'kind',
  }));
  return { from, options: [...words, ...parameters, ...names, ...(word || explicit || tokens.length === 0 ? kinds : [])] };
};
