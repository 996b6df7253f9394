/** The palette comes in an idle moment after the first paint, or when it is asked for before that. */
export const loadPalette = () => import('./Palette.svelte');
