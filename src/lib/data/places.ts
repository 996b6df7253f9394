/** Where rows of a file go: the same row may go to several places. Made for millions of them. */
export class Places {
  /** The rows that are wanted, in ascending order, each once. */
  readonly rows: Int32Array;
  /** By row, where its places begin in `#places`; those of the next row begin where they end. */
  readonly #starts: Int32Array;
  readonly #places: Int32Array;

  /** @param wanted the row of each place */
  constructor(wanted: readonly number[]) {
    const end = wanted.reduce((most, row) => Math.max(most, row + 1), 0);
    const starts = new Int32Array(end + 1);
    for (const row of wanted) starts[row + 1]! += 1;
    const rows: number[] = [];
    for (let row = 0; row < end; row++) {
      if (starts[row + 1]! > 0) rows.push(row);
      starts[row + 1]! += starts[row]!;
    }
    const next = starts.slice();
    this.#places = new Int32Array(wanted.length);
    wanted.forEach((row, place) => (this.#places[next[row]!++] = place));
    this.#starts = starts;
    this.rows = Int32Array.from(rows);
  }

  /** The places of a row, in ascending order; none of one that is not wanted. */
  each(row: number, take: (place: number) => void): void {
    const end = this.#starts[row + 1] ?? 0;
    for (let at = this.#starts[row] ?? 0; at < end; at++) take(this.#places[at]!);
  }

  /** Whether any row from `from` up to `end` is wanted. */
  anyIn(from: number, end: number): boolean {
    const last = this.#starts.length - 1;
    return (this.#starts[Math.min(end, last)] ?? 0) > (this.#starts[Math.min(from, last)] ?? 0);
  }
}
