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
import { bracketMatching, LanguageSupport, LRLanguage } from '@codemirror/language';
import { Annotation, EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, hoverTooltip, keymap, type DecorationSet } from '@codemirror/view';
import { formulaLanguageParser } from '$lib/sheet/highlight';
import { explain } from './explain';
import { look } from './look';
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
  /** Offers how what stands before the cursor may go on where a key typed there would: a list nobody asked for would take the Escape. */
  complete(): void;
  destroy(): void;
}

const language = LRLanguage.define({ parser: formulaLanguageParser });

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
        hoverTooltip((editor, position) => {
          const found = explain(editor.state.doc.toString(), position, options.vocabulary());
          if (!found) return null;
          return { pos: found.from, end: found.to, create: () => ({ dom: explanation(found) }) };
        }),
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
    // `startCompletion` would count as asked for with Ctrl+Space, also while more is typed: empty words would be completed.
    complete: () => view.dispatch({ userEvent: 'input.type' }),
    destroy: () => view.destroy(),
  };
};

/** What a word means, as it hovers below it. */
const explanation = ({ title, text }: { title: string; text: string }): HTMLElement => {
  const dom = document.createElement('div');
  dom.className = 'cm-explanation';
  const head = dom.appendChild(document.createElement('b'));
  head.textContent = title;
  const body = dom.appendChild(document.createElement('p'));
  body.textContent = text;
  return dom;
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
