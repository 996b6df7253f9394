/**
 * A fragment that is no encoded text (`#1%`) is written so that it is one, with the same meaning: the framework decodes it, and would end
 * there. This is before anything else hears of an address, the first and every later one.
 */
const mend = (): void => {
  try {
    decodeURIComponent(location.hash);
  } catch {
    history.replaceState(history.state, '', location.pathname + location.search + location.hash.replaceAll('%', '%25'));
  }
};

export const init = (): void => {
  mend();
  for (const event of ['popstate', 'hashchange']) addEventListener(event, mend, { capture: true });
};
