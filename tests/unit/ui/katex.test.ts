import { describe, expect, test } from 'vitest';
import { loadKatex } from '$lib/ui/load-katex';

const typeset = async (source: string): Promise<string> => (await loadKatex())(source, true);

/** Attributes and elements that KaTeX makes; anything else would be the sheet's own. */
const elements = /<\/?([a-z]+)/gi;
const harmless = new Set(
  'span math semantics mrow mi mn mo ms mtext annotation msub msup msubsup mfrac msqrt mroot mover munder munderover mspace mstyle mtable mtr mtd menclose mpadded mphantom svg path line code'.split(
    ' ',
  ),
);

describe('a formula of somebody else', () => {
  const hostile = [
    String.raw`\href{javascript:alert(1)}{x}`,
    String.raw`\href{https://evil.test/}{x}`,
    String.raw`\url{javascript:alert(1)}`,
    String.raw`\includegraphics[height=1em]{https://evil.test/x.png}`,
    String.raw`\htmlClass{evil}{x}`,
    String.raw`\htmlId{evil}{x}`,
    String.raw`\htmlStyle{background:url(https://evil.test)}{x}`,
    String.raw`\htmlData{x=y}{x}`,
    String.raw`\text{<img src=x onerror=alert(1)>}`,
    String.raw`<script>alert(1)</script>`,
    String.raw`\color{red;background:url(https://evil.test)}x`,
    String.raw`\textcolor{"><img src=x onerror=alert(1)>}{x}`,
    String.raw`\unicode{x3c}`,
    String.raw`\def\x{\href{javascript:alert(1)}{y}}\x`,
    String.raw`\begin{array}{<img>}x\end{array}`,
    String.raw`\cssId{evil}{x}\class{evil}{x}`,
  ];

  test.each(hostile)('makes no element, link, style or handler of its own: %s', async (source) => {
    const html = await typeset(source);
    const names = html.replace(/"[^"]*"/g, '""');
    expect(names).not.toMatch(/<[^>]*\s(href|src|on[a-z]+|id|srcdoc|data-[a-z]+)\s*=/i);
    for (const [, style] of html.matchAll(/style="([^"]*)"/g)) expect(style).not.toContain('url(');
    for (const [, name] of html.matchAll(elements)) expect(harmless.has(name!.toLowerCase()), name).toBe(true);
  });

  test.each([
    ['macros that double', String.raw`\def\a{xx}\def\b{\a\a}\def\c{\b\b}\def\d{\c\c}\def\e{\d\d}\def\f{\e\e}\def\g{\f\f}\def\h{\g\g}\h\h`],
    ['a macro that calls itself', String.raw`\def\a{\a\a}\a`],
    ['a macro that passes on more each time', String.raw`\def\a#1{\a{#1#1}}\a{x}`],
    ['what is nested very deeply', `${String.raw`\frac{`.repeat(1000)}x${'}'.repeat(1000)}`],
    ['what is very long', 'x'.repeat(100_000)],
  ])('costs no more than its limits allow: %s', async (_, source) => {
    expect((await typeset(source)).length).toBeLessThan(200_000);
  });

  test('has no length of its choice', async () => {
    const html = await typeset(String.raw`\rule{9999em}{9999em}\kern9999em\hspace{9999em}\raisebox{9999em}{x}`);
    const styles = [...html.matchAll(/style="([^"]*)"/g)].map(([, style]) => style).join(' ');
    for (const [, size] of styles.matchAll(/(-?\d+(?:\.\d+)?)em/g)) expect(Math.abs(Number(size))).toBeLessThanOrEqual(41);
  });

  test('leaves nothing behind for the next one', async () => {
    await typeset(String.raw`\gdef\evil{pwned}\global\def\worse{pwned}`);
    for (const name of ['evil', 'worse']) expect((await typeset(`\\${name}`)).replace(/title="[^"]*"/g, '')).not.toContain('pwned');
  });
});
