import type * as Editor from './create-editor';

let found: (editor: typeof Editor) => void;

/** Resolves once anything has had the editor loaded. */
export const editorLoaded = new Promise<typeof Editor>((resolve) => {
  found = resolve;
});

/** CodeMirror comes in an idle moment after the sheet is shown, or when a cell is edited before that. */
export const loadEditor = async (): Promise<typeof Editor> => {
  const editor = await import('./create-editor');
  found(editor);
  return editor;
};
