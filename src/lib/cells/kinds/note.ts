import { Problem } from '$lib/base/problem';
import { nearestValue } from '$lib/graph/gap';
import { defineKind, pointwise } from '../cell-kind';
import { text } from '../parameter';
import type { NoteValue } from '../values';

/** A longer text is no note: setting it would hold the page up. */
const LONGEST = 20_000;

/** Words beside the numbers. */
export const note = defineKind({
  name: 'note',
  purpose: 'view',
  meaning: 'text in Markdown, with $TeX$',
  example: 'note @A1:C1 = "Markdown, with $\\\\TeX$"',
  recipes: [{ name: 'note', formula: String.raw`"Markdown, with $\TeX$"` }],
  positional: ['markdown'],
  parameters: { markdown: text({ meaning: 'Markdown; formulas between dollar signs' }) },
  digest: (value: NoteValue) => value.markdown,
  compute: pointwise(({ markdown }): NoteValue => {
    if (markdown.length > LONGEST)
      throw new Problem(`markdown: must be at most ${LONGEST} letters long, got ${markdown.length}`, { path: ['markdown'] });
    return { type: 'note', markdown };
  }),
  view: (field) => ({ type: 'text', markdown: nearestValue(field, 0)?.value.markdown ?? '' }),
});
