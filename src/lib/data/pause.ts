import { turn } from '$lib/base/turn';

/** Milliseconds of work after which others get their turn. */
const TURN = 50;

/** Lets long work be stopped: between its parts it gives way to what else is to be done, and hears of an abort. */
export class Pause {
  #last = performance.now();

  constructor(readonly signal: AbortSignal) {}

  /** Whether others have waited for long enough. */
  get isDue(): boolean {
    return this.signal.aborted || performance.now() - this.#last >= TURN;
  }

  /** @throws the reason of the abort, when there is one. */
  async whenDue(): Promise<void> {
    this.signal.throwIfAborted();
    if (!this.isDue) return;
    await turn();
    this.#last = performance.now();
    this.signal.throwIfAborted();
  }
}
