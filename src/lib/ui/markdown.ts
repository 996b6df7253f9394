/** A run of text inside a line. */
export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'tex'; readonly text: string }
  | { readonly type: 'strong' | 'emphasis'; readonly parts: readonly Inline[] }
  | { readonly type: 'link'; readonly href: string; readonly parts: readonly Inline[] };

/** A block of a note. */
export type Block =
  | { readonly type: 'heading'; readonly level: 1 | 2 | 3; readonly parts: readonly Inline[] }
  | { readonly type: 'paragraph'; readonly parts: readonly Inline[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly type: 'tex'; readonly text: string };

// Every run has an end, so that what is opened again and again and never closed costs no more than its length.
const pattern =
  /(?<code>`[^`]{1,2000}`)|(?<tex>\$[^$\s](?:[^$]{0,4000}[^$\s])?\$)|(?<strong>\*\*.{1,2000}?\*\*)|(?<emphasis>\*[^*\s](?:[^*]{0,2000}[^*\s])?\*|\b_[^_\s](?:[^_]{0,2000}[^_\s])?_\b)|(?<link>\[[^\]]{1,2000}\]\([^)\s]{1,2000}\))/gsu;

const inline = (text: string): readonly Inline[] => {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (!match.groups) continue;
    if (match.index > at) parts.push({ type: 'text', text: text.slice(at, match.index) });
    const [whole] = match;
    if (match.groups.code) parts.push({ type: 'code', text: whole.slice(1, -1) });
    else if (match.groups.tex) parts.push({ type: 'tex', text: whole.slice(1, -1) });
    else if (match.groups.strong) parts.push({ type: 'strong', parts: inline(whole.slice(2, -2)) });
    else if (match.groups.emphasis) parts.push({ type: 'emphasis', parts: inline(whole.slice(1, -1)) });
    else parts.push(link(whole));
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({ type: 'text', text: text.slice(at) });
  return parts;
};

/** Only links to the web are links; anything else (`javascript:` …) is its own text. */
const link = (source: string): Inline => {
  const close = source.indexOf('](');
  const href = source.slice(close + 2, -1);
  if (!/^https?:\/\//i.test(href)) return { type: 'text', text: source };
  return { type: 'link', href, parts: inline(source.slice(1, close)) };
};

const block = (lines: readonly string[]): Block => {
  const text = lines.join('\n');
  const display = /^\$\$(.+)\$\$$/su.exec(text.trim());
  if (display?.[1] !== undefined) return { type: 'tex', text: display[1].trim() };
  if (lines.every((line) => /^\s*[-*] /.test(line)))
    return { type: 'list', ordered: false, items: lines.map((line) => inline(line.replace(/^\s*[-*] /, ''))) };
  if (lines.every((line) => /^\s*\d+[.)] /.test(line)))
    return { type: 'list', ordered: true, items: lines.map((line) => inline(line.replace(/^\s*\d+[.)] /, ''))) };
  return { type: 'paragraph', parts: inline(lines.join(' ')) };
};

/**
 * Reads the Markdown of a note: headings, paragraphs, lists, strong, emphasis, code, web links, `$TeX$` and `$$TeX$$`.
 * The result is a tree that components draw, never HTML, so nothing in a shared sheet can run.
 */
export const readMarkdown = (source: string): readonly Block[] => {
  const blocks: Block[] = [];
  let open: string[] = [];
  const close = (): void => {
    if (open.length > 0) blocks.push(block(open));
    open = [];
  };
  const isItem = (line: string): boolean => /^\s*([-*]|\d+[.)]) /.test(line);
  for (const line of source.split(/\r?\n/)) {
    const heading = /^(#{1,3})\s+(.*)$/.exec(line);
    if (heading?.[1] && heading[2] !== undefined) {
      close();
      blocks.push({ type: 'heading', level: heading[1].length as 1 | 2 | 3, parts: inline(heading[2]) });
    } else if (line.trim() === '') close();
    else {
      if (open.length > 0 && isItem(line) !== isItem(open[open.length - 1]!)) close();
      open.push(line);
    }
  }
  close();
  return blocks;
};
