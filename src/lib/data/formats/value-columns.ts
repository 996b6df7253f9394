import type { Column } from '../data-table';

/** What a cell of a typed file is: a number, or else a text that says what stands there. */
export const cellOf = (value: unknown): number | string => {
  switch (typeof value) {
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'bigint':
      return BigInt(Number(value)) === value ? Number(value) : String(value);
    case 'string':
      return value;
    default:
      if (value === null || value === undefined) return 'null';
      return value instanceof Date ? value.toISOString() : 'a nested value';
  }
};

/** A column of values of any type. Numbers are kept as they are, and what is none as a text. */
export class ValueColumn {
  readonly #values: Float64Array;
  readonly #texts: (string | undefined)[] = [];
  #texted = false;

  constructor(
    readonly name: string,
    rows: number,
  ) {
    this.#values = new Float64Array(rows).fill(NaN);
  }

  set(row: number, value: unknown): void {
    const cell = cellOf(value);
    if (typeof cell === 'number') this.#values[row] = cell;
    else {
      this.#texted = true;
      this.#texts[row] = cell;
    }
  }

  column(): Column {
    const texts = this.#texts;
    return { name: this.name, values: this.#values, ...(this.#texted && { textAt: (row: number) => texts[row] }) };
  }
}
