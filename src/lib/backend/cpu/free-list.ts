/** A stretch of addresses, [start, start + bytes). */
interface Stretch {
  start: number;
  bytes: number;
}

/** All blocks begin at a multiple of this: a cache line, so that two threads never write to the same. */
export const alignment = 64;

export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** The free stretches of a memory, in order of their addresses, never two that touch. */
export class FreeList {
  readonly #free: Stretch[] = [];

  /** Takes `bytes` (a multiple of `alignment`) from the smallest stretch that has them; `undefined` when none has. */
  take(bytes: number): number | undefined {
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const { bytes: size } = this.#free[i]!;
      if (size >= bytes && (best < 0 || size < this.#free[best]!.bytes)) best = i;
    }
    const found = this.#free[best];
    if (!found) return undefined;
    const { start } = found;
    if (found.bytes === bytes) this.#free.splice(best, 1);
    else {
      found.start += bytes;
      found.bytes -= bytes;
    }
    return start;
  }

  /** Gives [start, start + bytes) back, joined with what is free beside it. */
  give(start: number, bytes: number): void {
    if (bytes === 0) return;
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#free[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    const before = low > 0 ? this.#free[low - 1] : undefined;
    const after = low < this.#free.length ? this.#free[low] : undefined;
    const end = start + bytes;
    const startOfGap = before ? before.start + before.bytes : 0;
    const endOfGap = after ? after.start : Infinity;
    if (start < startOfGap || end > endOfGap) throw new Error('memory was given back twice');
    if (before && startOfGap === start) {
      before.bytes += bytes;
      if (!after || endOfGap !== end) return;
      before.bytes += after.bytes;
      this.#free.splice(low, 1);
    } else if (after && endOfGap === end) {
      after.start = start;
      after.bytes += bytes;
    } else this.#free.splice(low, 0, { start, bytes });
  }

  /** Bytes of the stretch that ends at `end`; 0 when the last one ends before. */
  endingAt(end: number): number {
    const last = this.#free[this.#free.length - 1];
    return last && last.start + last.bytes === end ? last.bytes : 0;
  }

  /** All that is free. */
  get bytes(): number {
    return this.#free.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
