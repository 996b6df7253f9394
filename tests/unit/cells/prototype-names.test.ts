import { describe, expect, test } from 'vitest';
import { compile } from '$lib/cells/compile/compile';
import { kinds, namedKinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';
import { printFormula } from '$lib/sheet/print';
import { purposeOf } from '$lib/ui/icons/purpose';
import { readMarkdown } from '$lib/ui/markdown';
import { evaluate } from '../../support/evaluate';

/** What every object has without being given it. */
const inherited = ['toString', 'valueOf', 'hasOwnProperty', 'constructor', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString'];

test.each(inherited)('no kind has a parameter %s', (name) => {
  for (const kind of namedKinds) {
    const sheet = parse(`bad = ${kind.name}(${name}: 2)`);
    const { nodes } = compile(sheet, kinds);
    expect(nodes.at(-1)?.problem?.message ?? nodes[0]?.problem?.message, kind.name).toMatch(
      new RegExp(`^${name}: ${kind.name} has no such parameter|is required|has no such`),
    );
    expect(
      nodes.every(({ inputs }) => !Object.hasOwn(inputs, name)),
      kind.name,
    ).toBe(true);
  }
});

describe.each(inherited)('%s', (name) => {
  test('is a name, a field, an axis, a kind and a text like any other', async () => {
    const of = await evaluate(`
${name} = range(1, 2, count: 2)
n = ${name} * 2
r = range(1, 3, count: 3)
field = r.${name}
picked = n[${name}: 2]
least = min(n, over: ${name})
figure = plot(n, r, x: ${name})
kind = ${name}(1)
bad = slider(1, ${name}: 2)
option = choice("${name}", ["${name}", "b"])
theory = source_kernel(linear_task(dim: 2, train: 3), theory: "${name}")
task = digits(positive: "${name}", negative: 1)
good = 1 + 1
`);
    expect(of('n').fields['value']).toEqual([2, 4]);
    expect(of('picked').fields['value']).toBe(4);
    expect(of('least').fields['value']).toBe(2);
    expect(of('figure').status).toBe('ok');
    expect(of('option').fields['value']).toBe(name);
    expect(of('good').fields['value']).toBe(2);
    for (const key of ['field', 'kind', 'bad', 'theory', 'task']) {
      expect(of(key).status, key).toBe('error');
      expect(of(key).problem?.message, key).not.toMatch(/internal/);
    }
  });

  test('is no kind that the page knows', () => {
    expect(purposeOf(name)).toBe('function');
  });
});

test('half of a pair is written so that it can be read again', () => {
  const [cell] = parse('a = "x\\u{D800}y\\u{1F600}"').cells;
  const printed = printFormula(cell!.formula!);
  expect(printed).toBe('"x\\u{D800}y😀"');
  expect(new TextDecoder().decode(new TextEncoder().encode(printed))).toBe(printed);
  expect(printFormula(parse(`a = ${printed}`).cells[0]!.formula!)).toBe(printed);
});

test('a fault of the compiler in one cell is the problem of that cell', () => {
  const broken = new Map(kinds);
  broken.set('slider', {
    ...kinds.get('slider')!,
    get parameters(): never {
      throw new RangeError('out of luck');
    },
  });
  const { nodes } = compile(parse('a = 1\nb = slider(2)\nc = a + 1'), broken);
  expect(nodes.map(({ id, problem }) => [id, problem?.message])).toEqual([
    ['a', undefined],
    ['b', 'internal error: out of luck'],
    ['c', undefined],
  ]);
});

test('what is opened and never closed in a note is text, at a cost of its length', () => {
  for (const [source, parts] of [
    ['[a]('.repeat(5000), 1],
    [`$${'x'.repeat(19_000)}`, 1],
    ['*a '.repeat(6000).trim(), 1],
  ] as const) {
    const [first] = readMarkdown(source);
    expect(first?.type === 'paragraph' && first.parts.length).toBe(parts);
  }
  expect(readMarkdown('a `b` $c$ **d** *e* [f](https://g.h) i')[0]).toMatchObject({
    parts: [
      { text: 'a ' },
      { type: 'code' },
      { text: ' ' },
      { type: 'tex' },
      { text: ' ' },
      { type: 'strong' },
      { text: ' ' },
      { type: 'emphasis' },
      { text: ' ' },
      { type: 'link' },
      { text: ' i' },
    ],
  });
});

test('five hundred unknown names and twenty thousand values of an axis are read at once', async () => {
  const unknown = Array.from({ length: 500 }, (_, i) => `a${i} = nobody${i}`).join('\n');
  const of = await evaluate(`${unknown}\nmany = each(${Array.from({ length: 20_000 }, (_, i) => i).join(', ')})\ntwice = each(1, 2, 1)`);
  expect(of('a0').problem?.message).toMatch(/^unknown name nobody0/);
  expect(of('a499').problem?.place).toMatchObject({ line: 500, column: 8 });
  expect(of('many').axes[0]?.values.length).toBe(20_000);
  expect(of('twice').problem?.message).toBe('values: must all be different, 1 is given twice');
});

/** What every object answers to, and words of other programs that a table of words might hold. */
const strange = [...inherited, '__proto__', '__defineGetter__', 'prototype'];

test.each(namedKinds.map((kind) => [kind.name, kind] as const))(
  '%s takes every inherited name as the value of every parameter without a fault of the program, and all else computes',
  async (name, kind) => {
    const names = Object.keys(kind.parameters);
    // A list of one, or of two, is what some parameters take: a word alone is what most refuse.
    const values = strange.flatMap((word) => [`"${word}"`, word]);
    const lines = values.flatMap((value, at) => names.map((parameter, i) => `c${at}x${i} = ${name}(${parameter}: ${value})`));
    const positional = values.map((value, at) => `p${at} = ${name}(${value})`);
    const of = await evaluate([...lines, ...positional, 'good = 6 * 7', 'text = "toString"'].join('\n'));
    const keys = [...lines, ...positional].map((line) => line.slice(0, line.indexOf(' ')));
    expect(keys.filter((key) => /internal error/.test(of(key).problem?.message ?? ''))).toEqual([]);
    expect(of('good').fields['value']).toBe(42);
    expect(of('text').fields['value']).toBe('toString');
  },
);
