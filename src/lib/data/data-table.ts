import { Problem } from '$lib/base/problem';
import type { Hearer } from './in-turns';
import { maximumEntries } from './limits';
import { notANumber, numberOf, shorten, type DecimalMark } from './number-text';
import { Pause } from './pause';

/** How a column is named. */
export interface ColumnHead {
  readonly name: string;
  /** The array of an archive that the column belongs to. */
  readonly group?: string;
}

/** A column as it is in a file: numbers, and the text of each cell that is not a number. */
export interface Column extends ColumnHead {
  /** One number a row; NaN where there is a text. */
  readonly values: Float64Array;
  /** The text of a row that holds no number; absent where every row holds one. */
  readonly textAt?: (row: number) => string | undefined;
}

/** The contents of a file of columns, whatever its format. Numbers may still be in the file: only the columns and rows asked for are read. */
export interface DataTable {
  /** The name of the file in messages. */
  readonly name: string;
  readonly columns: readonly ColumnHead[];
  readonly rows: number;
  /** The name of a row in messages: `row 3`. */
  rowName(index: number): string;
  /** Whether the file names its columns; else they are numbered from 0. */
  readonly named: boolean;
  /** How the file writes numbers, for messages. */
  readonly mark?: DecimalMark;
  /** A column, all rows of it. */
  load(column: number, hearer: Hearer): Promise<Column>;
  /**
   * Numbers of some columns in some rows, [rows, columns].
   * @throws Problem naming row and column of a cell that holds no finite number.
   */
  numbers(columns: readonly number[], rows: readonly number[], hearer: Hearer): Promise<Float64Array>;
}

/** The most columns of a table. A wider file is a picture or an array, and is refused before it is read. */
const mostColumns = 100_000;

/** @throws Problem when there are more columns than a table may have. */
export const checkColumns = (count: number, name: string): void => {
  if (count > mostColumns) throw new Problem(`${name}: expected at most ${mostColumns} columns, got ${count}`);
};

/** @throws Problem for a name that two columns have. */
export const checkNames = (columns: readonly string[], where: string): void => {
  const seen = new Set<string>();
  for (const column of columns) {
    if (seen.has(column)) throw new Problem(`${where}: expected each column once, got "${shorten(column)}" twice`);
    seen.add(column);
  }
};

/** Collects the rows of a table whose length is not known beforehand. Equal texts are stored once. */
export class ColumnBuilder {
  #values: Float64Array[];
  /** Of each column and row the index of its text in `#texts`; 0 where there is none. Absent for a column without texts. */
  readonly #codes: (Uint32Array | undefined)[];
  readonly #texts: (string | undefined)[] = [undefined];
  readonly #codeOf = new Map<string, number>();
  #rows = 0;
  #capacity = 0;

  constructor(
    readonly names: readonly string[],
    readonly mark: DecimalMark,
  ) {
    this.#values = names.map(() => new Float64Array());
    this.#codes = names.map(() => undefined);
  }

  get rows(): number {
    return this.#rows;
  }

  /** @throws Problem when the table becomes larger than fits. */
  add(cells: readonly string[], name: string): void {
    if (this.#rows === this.#capacity) this.#grow(name);
    const row = this.#rows++;
    cells.forEach((cell, column) => {
      const value = numberOf(cell, this.mark);
      this.#values[column]![row] = value ?? NaN;
      if (value === undefined) (this.#codes[column] ??= new Uint32Array(this.#capacity))[row] = this.#code(cell);
    });
  }

  #code(text: string): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    // A substring may keep the whole slice of the file in memory. Going through JSON makes a copy that does not.
    const own = JSON.parse(JSON.stringify(text)) as string;
    this.#codeOf.set(own, this.#texts.length);
    return this.#texts.push(own) - 1;
  }

  #grow(name: string): void {
    const most = Math.floor(maximumEntries / Math.max(1, this.names.length));
    if (this.#rows >= most) throw new Problem(`${name}: ${this.names.length} columns of more than ${most} rows are more than fit`);
    this.#capacity = Math.min(Math.max(16, 2 * this.#capacity), most);
    this.names.forEach((_, column) => {
      const values = new Float64Array(this.#capacity);
      values.set(this.#values[column]!);
      this.#values[column] = values;
      const codes = this.#codes[column];
      if (!codes) return;
      this.#codes[column] = new Uint32Array(this.#capacity);
      this.#codes[column].set(codes);
    });
  }

  columns(): Column[] {
    return this.names.map((name, column) => {
      const codes = this.#codes[column];
      return {
        name,
        values: this.#values[column]!.subarray(0, this.#rows),
        ...(codes && { textAt: (row: number) => this.#texts[codes[row]!] }),
      };
    });
  }
}

/** The problem of a cell without a finite number; it names row and column. */
export const noNumber = (table: Pick<DataTable, 'name' | 'rowName' | 'mark'>, column: string, row: number, found: string): Problem =>
  notANumber(found, `${table.name}, ${table.rowName(row)}, column "${shorten(column)}"`, table.mark);

/** @throws Problem for the first of some rows in which a column holds no finite number. */
export const checkNumbers = (table: Pick<DataTable, 'name' | 'rowName' | 'mark'>, column: Column, rows: readonly number[]): void => {
  for (const row of rows) {
    const value = column.values[row]!;
    if (!Number.isFinite(value)) throw noNumber(table, column.name, row, column.textAt?.(row) ?? String(value));
  }
};

/** A table whose columns are in memory. */
export const heldTable = (columns: readonly Column[], told: Omit<DataTable, 'columns' | 'load' | 'numbers'>): DataTable => ({
  ...told,
  columns,
  load: (column) => Promise.resolve(columns[column]!),
  numbers: async (wanted, rows, { signal }) => {
    const numbers = new Float64Array(rows.length * wanted.length);
    const pause = new Pause(signal);
    for (const [d, index] of wanted.entries()) {
      const column = columns[index]!;
      checkNumbers(told, column, rows);
      rows.forEach((row, place) => (numbers[place * wanted.length + d] = column.values[row]!));
      await pause.whenDue();
    }
    return numbers;
  },
});
