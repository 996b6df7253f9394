/** CodeMirror comes in an idle moment after the first paint, or when a cell is edited before that. */
export const loadEditor = (): Promise<typeof import('./create-editor')> => import('./create-editor');
