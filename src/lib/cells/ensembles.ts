import { Problem } from '$lib/base/problem';
import type { NetworkEnsemble } from '$lib/theory/networks/networks';

/** Networks being trained, and how many times their first length has been added to it. */
export interface Session {
  readonly ensemble: NetworkEnsemble;
  extensions: number;
}

interface Kept {
  readonly session: Session;
  readonly bytes: number;
  /** Settles when whoever trains it is done. */
  busy: Promise<void> | undefined;
  /** To be disposed of as soon as nobody trains it. */
  unwanted: boolean;
}

/** Sessions kept when nobody trains them, and what they may hold together. */
const mostKept = 4;
const mostBytes = 256 * 2 ** 20;

/** Four bytes for each weight, its anchor and what the step needs beside it. */
const bytesOf = ({ points }: NetworkEnsemble): number =>
  points.reduce((sum, { width, depth, seeds, source }) => {
    const weights = width * source.task.dimension + (depth - 1) * width * width + width;
    return sum + 12 * seeds * weights;
  }, 0);

/**
 * Networks under the key of all that makes them but how long they are trained: what was stopped goes on where it was, and what is to be
 * trained for longer is not begun again. Whether it was kept or not changes no result, only how soon it is there.
 */
export class Ensembles {
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();

  /** How many there are. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * Works with the session of this key, alone: one that is there and has not gone beyond `extensions`, else a new one. It is kept afterwards
   * when the work ended or was aborted.
   */
  async use<T>(
    key: string,
    extensions: number,
    signal: AbortSignal,
    open: () => NetworkEnsemble,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    for (let kept = this.#kept.get(key); kept?.busy; kept = this.#kept.get(key)) await kept.busy;
    signal.throwIfAborted();
    const kept = this.#take(key, extensions, open);
    let release = (): void => undefined;
    kept.busy = new Promise((resolve) => {
      release = resolve;
    });
    try {
      return await work(kept.session);
    } catch (error) {
      if (!signal.aborted && !(error instanceof Problem)) this.#forget(key, kept);
      throw error;
    } finally {
      kept.busy = undefined;
      if (kept.unwanted) kept.session.ensemble[Symbol.dispose]();
      release();
      this.#evict();
    }
  }

  /** Gives everything back, what is being trained as soon as that has ended. */
  clear(): void {
    for (const [key, kept] of this.#kept) this.#forget(key, kept);
  }

  #take(key: string, extensions: number, open: () => NetworkEnsemble): Kept {
    const known = this.#kept.get(key);
    if (known && known.session.extensions > extensions) this.#forget(key, known);
    else if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const ensemble = open();
    const kept: Kept = { session: { ensemble, extensions: 0 }, bytes: bytesOf(ensemble), busy: undefined, unwanted: false };
    this.#kept.set(key, kept);
    return kept;
  }

  #evict(): void {
    for (const [key, kept] of this.#kept) {
      const bytes = [...this.#kept.values()].reduce((sum, one) => sum + one.bytes, 0);
      if (this.#kept.size <= mostKept && bytes <= mostBytes) return;
      if (!kept.busy) this.#forget(key, kept);
    }
  }

  #forget(key: string, kept: Kept): void {
    if (this.#kept.get(key) === kept) this.#kept.delete(key);
    if (kept.busy) kept.unwanted = true;
    else kept.session.ensemble[Symbol.dispose]();
  }
}
