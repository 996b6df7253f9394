import { describe, expect, it } from 'vitest';
import { readMarkdown } from '$lib/ui/markdown';

describe('Markdown of notes', () => {
  it('reads headings, paragraphs, lists and display formulas', () => {
    expect(readMarkdown('# Title\nA line\ngoes on\n- one\n- two\n\n$$x^2$$').map(({ type }) => type)).toEqual([
      'heading',
      'paragraph',
      'list',
      'tex',
    ]);
  });

  it('reads strong, emphasis, code and formulas inside a line', () => {
    const [block] = readMarkdown('a **b *c*** `d*e` $\\gamma_1$ f');
    expect(block).toEqual({
      type: 'paragraph',
      parts: [
        { type: 'text', text: 'a ' },
        { type: 'strong', parts: [{ type: 'text', text: 'b *c' }] },
        { type: 'text', text: '* ' },
        { type: 'code', text: 'd*e' },
        { type: 'text', text: ' ' },
        { type: 'tex', text: '\\gamma_1' },
        { type: 'text', text: ' f' },
      ],
    });
  });

  it('makes links of web addresses only', () => {
    expect(readMarkdown('[a](https://example.org)')[0]).toEqual({
      type: 'paragraph',
      parts: [{ type: 'link', href: 'https://example.org', parts: [{ type: 'text', text: 'a' }] }],
    });
    expect(readMarkdown('[a](javascript:alert)')[0]).toEqual({
      type: 'paragraph',
      parts: [{ type: 'text', text: '[a](javascript:alert)' }],
    });
  });

  it('keeps HTML as text', () => {
    expect(readMarkdown('<img src=x onerror=alert(1)>')[0]).toEqual({
      type: 'paragraph',
      parts: [{ type: 'text', text: '<img src=x onerror=alert(1)>' }],
    });
  });
});
