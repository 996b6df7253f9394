import { uniforms } from '$lib/base/philox';
import { namedKinds } from '$lib/cells/registry';

/** Random choices of a seed: the same seed makes the same choices. */
export class Choices {
  readonly #numbers: Float64Array;
  #next = 0;

  constructor(seed: number) {
    this.#numbers = uniforms(256, { seed, stream: 1, step: 0 });
  }

  /** A whole number of 0 … count−1. */
  below(count: number): number {
    const number = this.#numbers[this.#next++ % this.#numbers.length]!;
    return Math.min(count - 1, Math.floor(number * count));
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}

const inherited = ['toString', '__proto__', 'constructor', 'hasOwnProperty', 'valueOf'];
/** What is put in: words of the language, words that mean something to JavaScript, and signs that are seldom written. */
const words: readonly string[] = [
  ...namedKinds.map(({ name }) => `${name}(`),
  ...namedKinds.flatMap(({ parameters }) => Object.keys(parameters).map((name) => `${name}: `)),
  ...inherited.flatMap((name) => [name, `.${name}`, `${name}: `, `[${name}: 1]`, `"${name}"`]),
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '.',
    '..',
    '=',
    '==',
    '!=',
    '<=',
    '+',
    '-',
    '*',
    '/',
    '^',
    '@',
    '#',
    '"',
    '\\',
    '$',
    '`',
    '%',
  ],
  ...['\n', '\r', '\t', ' ', '\0', '\ufeff', '\u2028', '\u202e', 'é', '😀', '\ud800', '\u{10ffff}', '"\\u{D800}"', '"\\u{110000}"'],
  ...[
    '0',
    '-1',
    '0.5',
    '1e308',
    '1e999',
    '-0',
    '1e-320',
    '9007199254740993',
    '00',
    '1..2',
    'NaN',
    'Infinity',
    'true',
    'false',
    '[]',
    '[[]]',
  ],
  ...['@A1', '@ZZ9999', '@A1:ZZ9999', '@A0', '@AAAA1', 'a @A1 = ', '= ', '= (', '# ', '# columns: A 1e9', '"""', '= note("', '$\\frac{'],
];

const span = (text: string, choices: Choices, longest: number): [number, number] => {
  const from = choices.below(text.length + 1);
  return [from, Math.min(text.length, from + 1 + choices.below(longest))];
};

const insert = (text: string, part: string, choices: Choices): string => {
  const at = choices.below(text.length + 1);
  return text.slice(0, at) + part + text.slice(at);
};

type Mutation = (text: string, choices: Choices) => string;

const mutations: readonly Mutation[] = [
  (text, choices) => insert(text, choices.of(words), choices),
  (text, choices) => insert(text, choices.of(words).repeat(1 + choices.below(400)), choices),
  (text, choices) => {
    const [from, to] = span(text, choices, 20);
    return text.slice(0, from) + text.slice(to);
  },
  (text, choices) => {
    const [from, to] = span(text, choices, 20);
    return text.slice(0, from) + choices.of(words) + text.slice(to);
  },
  (text, choices) => {
    const [from, to] = span(text, choices, 80);
    return insert(text, text.slice(from, to), choices);
  },
  (text, choices) => {
    const lines = text.split('\n');
    const [a, b] = [choices.below(lines.length), choices.below(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    return lines.join('\n');
  },
  (text, choices) => {
    const numbers = [...text.matchAll(/\d+(\.\d+)?/g)];
    if (numbers.length === 0) return text;
    const one = choices.of(numbers);
    const other = choices.of(['0', '-1', '0.5', '1e308', '1e999', '-0', '3', '1e-320', '1e6', '[]', '"1"', 'a']);
    return text.slice(0, one.index) + other + text.slice(one.index + one[0].length);
  },
  (text, choices) => text.slice(0, choices.below(text.length + 1)),
];

/** A text with one to four changes. */
export const mutated = (text: string, choices: Choices): string => {
  let made = text;
  for (let count = 1 + choices.below(4); count > 0; count--) made = choices.of(mutations)(made, choices);
  return made;
};
