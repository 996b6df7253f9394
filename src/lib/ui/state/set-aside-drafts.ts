import { murmur } from '$lib/graph/murmur';
import type { KeptDraft } from './kept-draft';

/** A hash of the text of a sheet. */
export const textHash = (text: string): string => murmur(new TextEncoder().encode(text)).join(' ');

/** Sheets whose unfinished formulas are kept, and the letters of all these together; the oldest go first, the newest stays. */
const MOST = 20;
const MOST_LETTERS = 2 ** 18;

/** Whether both were written into the same cell of one sheet. */
const isSame = (one: KeptDraft, other: KeptDraft): boolean =>
  one.sheet === other.sheet &&
  one.draft.key === other.draft.key &&
  one.draft.square.column === other.draft.square.column &&
  one.draft.square.row === other.draft.square.row;

/**
 * The formulas that were being written in sheets when others took their place, one a cell: several of one sheet come from several tabs. The
 * latest of a sheet comes back when the sheet does.
 */
export class SetAsideDrafts {
  #kept: readonly KeptDraft[] = [];

  /** All of them, the oldest first. */
  get all(): readonly KeptDraft[] {
    return this.#kept;
  }

  /** A formula that is as it was in the sheet is nothing to keep. */
  put(kept: KeptDraft): void {
    if (kept.draft.text === kept.over) return;
    const all = [...this.#kept.filter((one) => !isSame(one, kept)), kept].slice(-MOST);
    let letters = all.reduce((sum, { draft, over }) => sum + draft.text.length + over.length, 0);
    let gone = 0;
    for (const { draft, over } of all.slice(0, -1)) {
      if (letters <= MOST_LETTERS) break;
      letters -= draft.text.length + over.length;
      gone += 1;
    }
    this.#kept = all.slice(gone);
  }

  /** What was written last in the sheet of this text, which is not kept any longer; undefined when nothing was. */
  take(text: string): KeptDraft | undefined {
    if (this.#kept.length === 0) return undefined;
    const hash = textHash(text);
    const found = this.#kept.findLast(({ sheet }) => sheet === hash);
    if (found) this.#kept = this.#kept.filter((one) => one !== found);
    return found;
  }
}
