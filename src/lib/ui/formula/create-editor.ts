import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionStatus,
  selectedCompletionIndex,
  setSelectedCompletion,
  startCompletion,
  type Completion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, LanguageSupport, LRLanguage, syntaxHighlighting } from '@codemirror/language';
import { Annotation, EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, keymap, type DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { formulaLanguageParser } from '$lib/sheet/highlight';
import { suggest, type Suggestion, type Vocabulary } from './complete';

/** A part of the formula that is wrong, and why. */
export interface Fault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export type Move = 'stay' | 'down' | 'up' | 'right' | 'left';

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly label: string;
  readonly vocabulary: () => Vocabulary;
  /** A person changed the text. */
  readonly onchange: (text: string) => void;
  readonly oncommit: (text: string, move: Move) => void;
  readonly oncancel: () => void;
  readonly onfocus: () => void;
  readonly onblur: (text: string) => void;
}

/** The formula editor from outside. */
export interface FormulaEditor {
  text(): string;
  /** Shows another text; not reported as a change. */
  show(text: string): void;
  fault(fault: Fault | undefined): void;
  /** Takes the keyboard, the cursor at the end. */
  focus(all?: boolean): void;
  destroy(): void;
}

const language = LRLanguage.define({ parser: formulaLanguageParser });

const style = HighlightStyle.define([
  { tag: tags.number, color: 'var(--input)' },
  { tag: tags.bool, color: 'var(--input)' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: tags.function(tags.variableName), color: 'var(--theory)', fontWeight: '600' },
  { tag: tags.attributeName, color: 'var(--ink-faint)' },
  { tag: tags.variableName, color: 'var(--view)' },
  { tag: tags.propertyName, color: 'var(--ink)' },
  { tag: tags.comment, color: 'var(--ink-faint)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '28px', overflowX: 'auto', scrollbarWidth: 'none' },
  '.cm-content': { padding: '0 8px', caretColor: 'var(--accent)', color: 'var(--ink)' },
  '.cm-line': { padding: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft) !important' },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft) !important', outline: 'none' },
  '.cm-fault': { textDecoration: 'underline wavy var(--bad)', textDecorationSkipInk: 'none', textUnderlineOffset: '4px' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    backgroundColor: 'var(--paper)',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: '12.5px',
    maxHeight: '16em',
    minWidth: '260px',
    maxWidth: 'min(560px, 92vw)',
  },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', color: 'var(--ink)', lineHeight: '1.5' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)', fontWeight: '600' },
  '.cm-completionDetail': { color: 'var(--ink-faint)', fontStyle: 'normal', fontFamily: 'var(--sans)', marginLeft: '12px' },
  '.cm-completionInfo': { padding: '8px 10px', maxWidth: '320px', color: 'var(--ink-soft)', fontFamily: 'var(--sans)' },
});

const shown = Annotation.define<boolean>();
const setFault = StateEffect.define<Fault | undefined>();
const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (decorations, transaction) => {
    for (const effect of transaction.effects) {
      if (!effect.is(setFault)) continue;
      const length = transaction.newDoc.length;
      const fault = effect.value;
      if (!fault || length === 0) return Decoration.none;
      const from = Math.min(Math.max(0, fault.from), length - 1);
      const to = Math.min(length, Math.max(fault.to, from + 1));
      return Decoration.set(Decoration.mark({ class: 'cm-fault', attributes: { title: fault.message } }).range(from, to));
    }
    return decorations.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Makes the one-line editor of formulas in `parent`. */
export const createEditor = (options: EditorOptions): FormulaEditor => {
  const commit = (move: Move) => (view: EditorView) => {
    options.oncommit(view.state.doc.toString(), move);
    return true;
  };
  /** Takes the chosen completion; Tab takes the first when none is chosen. */
  const completing = (view: EditorView, first = false): boolean => {
    if (completionStatus(view.state) !== 'active') return false;
    if (first && selectedCompletionIndex(view.state) === null) view.dispatch({ effects: setSelectedCompletion(0) });
    return acceptCompletion(view);
  };
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      extensions: [
        Prec.highest(
          keymap.of([
            { key: 'Enter', run: (editor) => completing(editor) || commit('down')(editor) },
            { key: 'Shift-Enter', run: commit('up') },
            { key: 'Tab', run: (editor) => completing(editor, true) || commit('right')(editor) },
            { key: 'Shift-Tab', run: commit('left') },
            {
              key: 'Escape',
              run: (editor) => {
                if (completionStatus(editor.state) === 'active') return false;
                options.oncancel();
                return true;
              },
            },
          ]),
        ),
        history(),
        closeBrackets(),
        bracketMatching(),
        new LanguageSupport(language),
        syntaxHighlighting(style),
        autocompletion({
          override: [
            (context) => {
              const found = suggest(context.state.sliceDoc(0, context.pos), options.vocabulary(), context.explicit);
              if (!found || found.options.length === 0) return null;
              return { from: found.from, options: found.options.map(completionOf), validFor: /^[A-Za-z0-9_]*$/ };
            },
          ],
          selectOnOpen: false,
          interactionDelay: 0,
          icons: false,
        }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.clipboardInputFilter.of((text) => text.replace(/\s*\r?\n\s*/g, ' ').trim()),
        EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction)),
        faults,
        look,
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          'aria-multiline': 'false',
          tabindex: '0',
          autocapitalize: 'off',
          spellcheck: 'false',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((transaction) => transaction.annotation(shown)))
            options.onchange(update.state.doc.toString());
          if (update.focusChanged) {
            if (update.view.hasFocus) options.onfocus();
            else options.onblur(update.state.doc.toString());
          }
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    show: (text) => {
      if (text === view.state.doc.toString()) return;
      const changes = { from: 0, to: view.state.doc.length, insert: text };
      view.dispatch({ changes, selection: { anchor: text.length }, annotations: shown.of(true), effects: setFault.of(undefined) });
    },
    fault: (fault) => view.dispatch({ effects: setFault.of(fault) }),
    focus: (all = false) => {
      view.focus();
      const end = view.state.doc.length;
      view.dispatch({ selection: { anchor: all ? 0 : end, head: end } });
    },
    destroy: () => view.destroy(),
  };
};

const completionOf = ({ label, insert, cursorBack, detail, info, type }: Suggestion): Completion => ({
  label,
  detail,
  type,
  boost: { word: 4, parameter: 3, field: 3, name: 2, kind: 0 }[type],
  ...(info !== undefined && { info }),
  apply: (view, _completion, from, to) => {
    const text = insert ?? label;
    const end = from + text.length - (cursorBack ?? 0);
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: end }, userEvent: 'input.complete' });
    if (text.endsWith('()') || text.endsWith(': ')) startCompletion(view);
  },
});
