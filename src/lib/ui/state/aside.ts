import { murmur } from '$lib/graph/murmur';
import type { KeptDraft } from './kept-draft';

/** Short for the text of a sheet. */
export const signatureOf = (text: string): string => murmur(new TextEncoder().encode(text)).join(' ');

/** The formula that was being written in a sheet when another one took its place. It comes back when its sheet does. */
export class Aside {
  #kept: KeptDraft | undefined;

  get kept(): KeptDraft | undefined {
    return this.#kept;
  }

  /** A formula that is as it was in the sheet is nothing to keep. */
  put(kept: KeptDraft | undefined): void {
    if (kept && kept.draft.text !== kept.over) this.#kept = kept;
  }

  /** What was being written in the sheet of this text, which is not kept any longer; undefined when nothing was. */
  take(text: string): KeptDraft | undefined {
    const kept = this.#kept;
    if (kept?.sheet === undefined || kept.sheet !== signatureOf(text)) return undefined;
    this.#kept = undefined;
    return kept;
  }
}
