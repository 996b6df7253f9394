import type { Tree } from '@lezer/common';
import { buildParserFile } from '@lezer/generator';
import { classHighlighter, highlightTree } from '@lezer/highlight';
import { readFileSync } from 'node:fs';
import * as prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import { formulaLanguageParser, sheetLanguageParser } from '$lib/sheet/highlight';
import { tokensOf } from '$lib/sheet/tokens';
import { example } from './example';

const read = (name: string): string => readFileSync(new URL(`../../../src/lib/sheet/${name}`, import.meta.url), 'utf8');

/** The names of all nodes of a tree, in order. */
function nodes(tree: Tree): string[] {
  const names: string[] = [];
  tree.iterate({ enter: ({ name }) => void names.push(name) });
  return names;
}

/** Text and style of every highlighted word. */
function words(text: string, parser = formulaLanguageParser): string[] {
  const found: string[] = [];
  highlightTree(parser.parse(text), classHighlighter, (from, to, style) =>
    found.push(`${text.slice(from, to)} ${style.replaceAll('tok-', '')}`),
  );
  return found;
}

describe('the generated parser', () => {
  test('is that of the grammar (else: npm run grammar)', async () => {
    const { parser, terms } = buildParserFile(read('grammar.grammar'), { typeScript: true });
    const options = { ...(await prettier.resolveConfig(new URL('../../../package.json', import.meta.url))), plugins: [] };
    expect(read('parser.ts')).toBe(await prettier.format(parser, { ...options, parser: 'typescript' }));
    expect(read('parser.terms.ts')).toBe(await prettier.format(terms, { ...options, parser: 'typescript' }));
  });

  test('reads the example as a whole sheet, without errors', () => {
    expect(nodes(sheetLanguageParser.parse(example))).not.toContain('⚠');
  });

  test('of an editor goes on after a broken line', () => {
    const tree = nodes(sheetLanguageParser.parse('a = f(1,\nb @A1 = 2 # c\n'));
    expect(tree).toContain('⚠');
    expect(tree.slice(-8)).toEqual(['Newline', 'Cell', 'CellName', 'Address', '=', 'Number', 'Comment', 'Newline']);
  });
});

describe('highlighting', () => {
  test('tells the words of a formula apart', () => {
    expect(words('check(min(err.test) < 0.9 * err[delta: "a"], x: true) # c')).toEqual([
      'check variableName',
      '( punctuation',
      'min variableName',
      '( punctuation',
      'err variableName',
      '. operator',
      'test propertyName',
      ') punctuation',
      '< operator',
      '0.9 number',
      '* operator',
      'err variableName',
      '[ punctuation',
      'delta propertyName',
      ': punctuation',
      '"a" string',
      '] punctuation',
      ', punctuation',
      'x propertyName',
      ': punctuation',
      'true bool',
      ') punctuation',
      '# c comment',
    ]);
  });

  test('tells the head of a cell from its formula', () => {
    expect(words('gamma @A1 = 2', sheetLanguageParser)).toEqual([
      'gamma variableName definition',
      '@A1 labelName',
      '= operator',
      '2 number',
    ]);
  });
});

describe('tokens', () => {
  test('of a line that is no cell are those of the grammar, and any other character is unknown', () => {
    const kinds = tokensOf('a @B1 true != ! 1.5 "x" ) \ud800 “ # end').map(({ kind, text }) => `${kind} ${text}`);
    expect(kinds).toEqual([
      'name a',
      'address @B1',
      'name true',
      'sign !=',
      'unknown !',
      'number 1.5',
      'string "x"',
      'sign )',
      'unknown \ud800',
      'unknown “',
      'comment # end',
    ]);
  });

  test('of a line of cells are the leaves of its tree', () => {
    const line = example.split('\n').find((one) => one.includes('source_kernel('))!;
    const leaves: string[] = [];
    sheetLanguageParser.parse(line).iterate({
      enter: ({ node }) => {
        if (!node.firstChild) leaves.push(line.slice(node.from, node.to));
      },
    });
    expect(tokensOf(line).map(({ text }) => text)).toEqual(leaves);
  });
});
