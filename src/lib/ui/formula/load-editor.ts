import type * as Editor from './create-editor';

/** CodeMirror comes in an idle moment after the first paint, or when a cell is edited before that. */
export const loadEditor = (): Promise<typeof Editor> => import('./create-editor');
