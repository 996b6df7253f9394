import fc from 'fast-check';
import type { Argument, BinaryOperator, Formula } from '$lib/sheet/formula';
import { printFormula } from '$lib/sheet/print';

const span = { from: 0, to: 0 };
const operators: readonly BinaryOperator[] = ['+', '-', '*', '/', '^', '<', '<=', '>', '>=', '==', '!='];

/** Names that can be given to a cell. */
export const name = fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,6}$/).filter((word) => !['true', 'false', 'note'].includes(word));

const uniqueArguments = (value: fc.Arbitrary<Formula>): fc.Arbitrary<Argument[]> =>
  fc.uniqueArray(
    fc.record({ name, value }).map((argument) => ({ ...argument, nameSpan: span })),
    { maxLength: 3, selector: (argument) => argument.name },
  );

/** Any formula that can be written down, all spans zero. */
export const formula: fc.Arbitrary<Formula> = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc
      .oneof(fc.nat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }))
      .map((value) => ({ type: 'number' as const, value: Math.abs(value), span })),
    fc
      .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('\\', '"', 'u{', 'A}', '\n', '#', 'x') }))
      .map((value) => ({ type: 'string' as const, value, span })),
    fc.boolean().map((value) => ({ type: 'boolean' as const, value, span })),
    fc.oneof(name, fc.constantFrom('A1', 'ZZ9999')).map((word) => ({ type: 'reference' as const, name: word, span })),
    fc.array(tie('formula'), { maxLength: 3 }).map((items) => ({ type: 'list' as const, items, span })),
    fc.record({ of: tie('formula'), name }).map((parts) => ({ type: 'field' as const, ...parts, nameSpan: span, span })),
    fc
      .record({ of: tie('formula'), selectors: uniqueArguments(tie('formula')).filter((selectors) => selectors.length > 0) })
      .map((parts) => ({ type: 'select' as const, ...parts, span })),
    tie('formula').map((of) => ({ type: 'negate' as const, of, span })),
    fc
      .record({ operator: fc.constantFrom(...operators), left: tie('formula'), right: tie('formula') })
      .map((parts) => ({ type: 'binary' as const, ...parts, span })),
    fc
      .record({ name, positional: fc.array(tie('formula'), { maxLength: 3 }), named: uniqueArguments(tie('formula')) })
      .map((parts) => ({ type: 'call' as const, ...parts, nameSpan: span, span })),
  ),
})).formula;

/** A formula without its spans, for comparing. */
export const bare = (tree: Formula): unknown =>
  JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'span' || key === 'nameSpan' ? undefined : value)));

/** Pieces that a sheet is made of, put together at random: mostly wrong, now and then right. */
export const fragments = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'gamma',
        'A1',
        '@A1',
        '@B2:C3',
        '@A0',
        '@',
        '=',
        '==',
        '(',
        ')',
        '[',
        ']',
        ',',
        ':',
        '.',
        '+',
        '-',
        '*',
        '^',
        '<',
        '1',
        '2.5e3',
      ],
      ...['"text"', '"', '\\', '#', ' ', '\n', '\r\n', '\r', 'true', 'note', 'f(', 'x: ', '\u{1F600}', '\ud800', '\u00a0', 'a @A1 = 1\n'],
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

/** Sheets as people write them: titles, empty lines, comments, notes, cells placed and named or only one of the two, both ends of line. */
export const sheet: fc.Arbitrary<string> = fc
  .record({
    cells: fc.uniqueArray(
      fc.record({
        name,
        named: fc.boolean(),
        placed: fc.boolean(),
        tall: fc.boolean(),
        formula,
        comment: fc.constantFrom('', ' # why', '#'),
        before: fc.constantFrom('', '\n', '# between\n', 'broken line (\n', '  \n'),
        blanks: fc.constantFrom('', ' ', '  '),
      }),
      { maxLength: 6, selector: (cell) => cell.name },
    ),
    title: fc.constantFrom('', '# Title\n# More\n', '\ufeff# Title\n\n'),
    last: fc.boolean(),
    end: fc.constantFrom('\n', '\r\n'),
  })
  .map(({ cells, title, last, end }) => {
    const lines = cells.map(({ name: word, named, placed, tall, formula: tree, comment, before, blanks }, index) => {
      const row = index * 3 + 1;
      const address = placed || !named ? `${named ? ' ' : ''}@B${row}${tall ? `:C${row + 1}` : ''}` : '';
      return `${before}${named ? word : ''}${address}${blanks}=${blanks}${printFormula(tree)}${comment}\n`;
    });
    const whole = title + lines.join('');
    return (last ? whole : whole.replace(/\n$/, '')).replaceAll('\n', end);
  });
