/**
 * Rewrites a fragment that is not valid percent-encoding (`#1%`) as one that is, with the same meaning: SvelteKit decodes the fragment and
 * would throw. It runs before anything else reads the address, the first one and every later one.
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
