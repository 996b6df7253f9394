import type { Account } from './kind';

/** A value remembered under its key. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** Content hash of the value, where its kind can tell, else its key. */
  readonly hash: string;
  readonly bytes: number;
  /** What it took to compute. */
  readonly milliseconds: number;
  /** Of the computation it is from. */
  readonly account?: Account | undefined;
}

/** A value to be remembered, with what it refers to and how to be rid of it. */
export interface Remembered extends Omit<Entry, 'key'> {
  readonly keeps: readonly Entry[];
  readonly dispose?: (value: unknown) => void;
  /** It counts towards `ResultMemory.limited`. */
  readonly limited?: boolean;
}

/** An entry with its book-keeping. */
interface Slot extends Remembered {
  readonly key: string;
  readonly keeps: readonly Slot[];
  pins: number;
}

/** More idle entries than this are not kept, however small they are. */
const MOST_IDLE = 200_000;

/**
 * Values under their keys, each disposed of exactly once. An entry that is pinned stays, and so does all that it refers to; of the rest
 * the least recently used goes first when the budget is exceeded, but never before what refers to it.
 * The budget is kept as far as pins allow.
 */
export class ResultMemory {
  #budget: number;
  #most: number;
  #bytes = 0;
  #limited = 0;
  readonly #slots = new Map<string, Slot>();
  /**
   * Not pinned, the least recently used first. What refers to another is always before it, for its pins reach the other:
   * it becomes idle first, and the other leaves its place whenever it is pinned.
   */
  readonly #idle = new Set<Slot>();
  /** Not pinned, and forgetting it would gain nothing: it costs nothing and refers to nothing. */
  readonly #light = new Set<Slot>();

  constructor(budgetBytes: number, mostIdle = MOST_IDLE) {
    this.#budget = budgetBytes;
    this.#most = mostIdle;
  }

  /** What all remembered values cost together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the pinned values of kinds that tell what they need cost together. */
  get limited(): number {
    return this.#limited;
  }

  /** How many values are remembered. */
  get size(): number {
    return this.#slots.size;
  }

  get(key: string): Entry | undefined {
    return this.#slots.get(key);
  }

  /** Remembers a value and pins it once for the caller. Where the key is known already the old value stays and the new is disposed of. */
  put(key: string, remembered: Remembered): Entry {
    let slot = this.#slots.get(key);
    if (slot) {
      if (slot.value !== remembered.value) remembered.dispose?.(remembered.value);
    } else {
      slot = { ...remembered, key, keeps: remembered.keeps.map((entry) => this.#slot(entry)), pins: 0 };
      this.#slots.set(key, slot);
      this.#bytes += slot.bytes;
    }
    this.#pin(slot);
    this.#evict();
    return slot;
  }

  /** Keeps an entry until as many `unpin`s have been called. */
  pin(entry: Entry): void {
    this.#pin(this.#slot(entry));
  }

  unpin(entry: Entry): void {
    this.#unpin(this.#slot(entry));
    this.#evict();
  }

  /** Forgets all that is not pinned. */
  forget(): void {
    for (const slot of this.#idle) this.#forget(slot);
    for (const slot of this.#light) this.#forget(slot);
  }

  /** From now on nothing is remembered longer than it is pinned. */
  close(): void {
    this.#budget = -1;
    this.#most = 0;
    this.#evict();
  }

  #slot(entry: Entry): Slot {
    const slot = this.#slots.get(entry.key);
    if (slot !== entry) throw new Error(`the value of ${entry.key} has been forgotten`);
    return slot;
  }

  #pin(slot: Slot): void {
    if (slot.pins++ > 0) return;
    if (slot.limited) this.#limited += slot.bytes;
    this.#idle.delete(slot);
    this.#light.delete(slot);
    for (const kept of slot.keeps) this.#pin(kept);
  }

  #unpin(slot: Slot): void {
    if (slot.pins === 0) throw new Error(`${slot.key} is not pinned`);
    if (--slot.pins > 0) return;
    if (slot.limited) this.#limited -= slot.bytes;
    (slot.bytes > 0 || slot.keeps.length > 0 ? this.#idle : this.#light).add(slot);
    for (const kept of slot.keeps) this.#unpin(kept);
  }

  #evict(): void {
    for (const slot of this.#idle) {
      if (this.#bytes <= this.#budget && this.#idle.size + this.#light.size <= this.#most) return;
      this.#forget(slot);
    }
    for (const slot of this.#light) {
      if (this.#light.size <= this.#most) return;
      this.#forget(slot);
    }
  }

  #forget(slot: Slot): void {
    this.#idle.delete(slot);
    this.#light.delete(slot);
    this.#slots.delete(slot.key);
    this.#bytes -= slot.bytes;
    slot.dispose?.(slot.value);
  }
}

/** Pins that are given back together. */
export class Pins {
  readonly #entries: Entry[] = [];

  constructor(readonly memory: ResultMemory) {}

  /** Pins. */
  add(entries: Iterable<Entry>): void {
    for (const entry of entries) {
      this.memory.pin(entry);
      this.#entries.push(entry);
    }
  }

  /** Remembers, and pins. */
  put(key: string, remembered: Remembered): Entry {
    const entry = this.memory.put(key, remembered);
    this.#entries.push(entry);
    return entry;
  }

  release(): void {
    for (const entry of this.#entries.splice(0)) this.memory.unpin(entry);
  }
}
