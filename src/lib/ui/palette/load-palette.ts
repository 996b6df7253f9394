/** The palette comes in an idle moment after the first paint, or when it is asked for before that. */
export const loadPalette = () => import('./Palette.svelte');

/** Whether a key opens the palette: `/` or Insert on the grid, where a formula cannot begin so; not while something is written. */
export const opensPalette = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  (key === '/' || key === 'Insert') &&
  !ctrlKey &&
  !metaKey &&
  !altKey &&
  target instanceof HTMLElement &&
  target.closest('[role="grid"]') !== null &&
  target.closest('.cm-editor, .editor, input:not([type="range"]), textarea, select') === null;
