/** A longer formula is shown as it is written: typesetting takes longer than a page may stand still. */
const LONGEST = 4000;

const escaped = (source: string): string => source.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** As it is written, with the reason. */
const asWritten = (source: string, why: string): string =>
  `<code title="${escaped(why)}">${escaped(source.slice(0, LONGEST))}${source.length > LONGEST ? '…' : ''}</code>`;

let loading: Promise<(source: string, display: boolean) => string> | undefined;

/** KaTeX and its style, when the first formula asks for them. What it cannot read it shows in red, never throws. */
export const loadKatex = (): Promise<(source: string, display: boolean) => string> => {
  loading ??= Promise.all([import('katex'), import('katex/dist/katex.min.css')]).then(([{ default: katex }]) => (source, display) => {
    if (source.length > LONGEST) return asWritten(source, `a formula of more than ${LONGEST} letters is not typeset`);
    try {
      return katex.renderToString(source, {
        displayMode: display,
        throwOnError: false,
        trust: false,
        maxSize: 20,
        maxExpand: 200,
        strict: 'ignore',
      });
    } catch (error) {
      // Nested too deeply for the stack, say: KaTeX answers for errors of its own only.
      return asWritten(source, error instanceof Error ? error.message : 'it cannot be typeset');
    }
  });
  return loading;
};
