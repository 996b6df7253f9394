let loading: Promise<(source: string, display: boolean) => string> | undefined;

/** KaTeX and its style, when the first formula asks for them. What it cannot read it shows in red, never throws. */
export const loadKatex = (): Promise<(source: string, display: boolean) => string> => {
  loading ??= Promise.all([import('katex'), import('katex/dist/katex.min.css')]).then(
    ([{ default: katex }]) =>
      (source, display) =>
        katex.renderToString(source, {
          displayMode: display,
          throwOnError: false,
          trust: false,
          maxSize: 20,
          maxExpand: 200,
          strict: 'ignore',
        }),
  );
  return loading;
};
