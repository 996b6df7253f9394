import { printCorner } from '$lib/sheet/address';
import type { Sheet } from '$lib/sheet/document';

/** What the names and addresses of a sheet stand for. */
export class Names {
  readonly #keys = new Map<string, string>();
  readonly #nested = new Map<string, number>();
  /**
   * What people call axes made inside formulas, each with its name: the symbol of the parameter they are given to. Complete when the sheet
   * is compiled.
   */
  readonly labels: [axis: string, label: string][] = [];

  constructor(sheet: Sheet) {
    for (const { key, name, area } of sheet.cells)
      for (const word of [name, area && printCorner(area)]) if (word !== undefined && !this.#keys.has(word)) this.#keys.set(word, key);
  }

  /** The key of the cell of this name or first address. */
  keyOf(word: string): string | undefined {
    return this.#keys.get(word);
  }

  get known(): Iterable<string> {
    return this.#keys.keys();
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
