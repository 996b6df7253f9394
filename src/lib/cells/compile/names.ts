import { printPosition } from '$lib/sheet/address';
import type { Sheet } from '$lib/sheet/document';
import type { Formula } from '$lib/sheet/formula';
import { suggest } from './suggest';

/** Names compared in search of those that were meant; a sheet with very many unknown names gets no advice on the last of them. */
const MOST_COMPARED = 20_000;

/** What the names and addresses of a sheet stand for. */
export class Names {
  readonly #keys = new Map<string, string>();
  readonly #formulas = new Map<string, Formula>();
  readonly #nested = new Map<string, number>();
  #asked = 0;
  /**
   * What people call axes made inside formulas, each with its name: the symbol of the parameter they are given to. Complete when the sheet
   * is compiled.
   */
  readonly labels: [axis: string, label: string][] = [];

  constructor(sheet: Sheet) {
    for (const { key, formula } of sheet.cells) if (formula) this.#formulas.set(key, formula);
    for (const { key, name, area } of sheet.cells)
      for (const word of [name, area && printPosition(area)]) if (word !== undefined && !this.#keys.has(word)) this.#keys.set(word, key);
  }

  /** The key of the cell of this name or first address. */
  keyOf(word: string): string | undefined {
    return this.#keys.get(word);
  }

  /** The formula of the cell of this name or first address. */
  formulaOf(word: string): Formula | undefined {
    const key = this.#keys.get(word);
    return key === undefined ? undefined : this.#formulas.get(key);
  }

  /** `; did you mean gamma?` for a word that nothing is called, while the sheet does not ask this too often. */
  suggest(word: string): string {
    if (this.#asked > MOST_COMPARED) return '';
    this.#asked += this.#keys.size;
    return suggest(word, this.#keys.keys());
  }

  /** The name of the axis a word means: that of its cell (its key), or the word itself (`each_1`). */
  axisOf(word: string): string {
    return this.#keys.get(word) ?? word;
  }

  /**
   * The name of the next axis made inside a formula: `each_1`, `each_2`, … in the order of the sheet. Where a cell has that name, the axis
   * has a further number (`each_1_2`), and all others keep theirs.
   */
  nextNested(kind: string): { readonly name: string; readonly nth: number } {
    const nth = (this.#nested.get(kind) ?? 0) + 1;
    this.#nested.set(kind, nth);
    let name = `${kind}_${nth}`;
    for (let further = 2; this.#keys.has(name); further++) name = `${kind}_${nth}_${further}`;
    return { name, nth };
  }
}
