import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

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

const theme = EditorView.theme({
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
  '.cm-explanation': { padding: '6px 10px', maxWidth: '360px', color: 'var(--ink-soft)', fontFamily: 'var(--sans)', fontSize: '12.5px' },
  '.cm-explanation b': { color: 'var(--ink)', fontFamily: 'var(--mono)', fontSize: '12px' },
  '.cm-explanation p': { margin: '2px 0 0', whiteSpace: 'pre-line' },
  '.cm-completionInfo': { padding: '8px 10px', maxWidth: '320px', color: 'var(--ink-soft)', fontFamily: 'var(--sans)' },
});

/** How formulas look: the colours of the kinds, light and dark by the variables of the page. */
export const look: Extension = [syntaxHighlighting(style), theme];
