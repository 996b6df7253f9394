/** A page of words: runs of Markdown, and sheets between them. */
export interface Piece {
  readonly type: 'markdown' | 'sheet';
  readonly text: string;
}

/** Takes the fenced sheets out of a page. */
export const piecesOf = (source: string): readonly Piece[] =>
  source.split(/^```sheet\n([\s\S]*?)^```\n/m).flatMap((text, index) => {
    if (text.trim() === '') return [];
    return [{ type: index % 2 === 0 ? 'markdown' : 'sheet', text }];
  });

/** The headings of a page, for its table of contents. */
export const headingsOf = (source: string): readonly string[] =>
  piecesOf(source)
    .filter(({ type }) => type === 'markdown')
    .flatMap(({ text }) => [...text.matchAll(/^# (.*)$/gm)].map((match) => match[1] ?? ''));
