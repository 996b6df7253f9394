/*
 * How a page learns that a worker has ended, for whatever reason. A worker holds a lock of the browser (Web Locks) as long as it lives; the
 * browser gives the lock to the page as soon as the worker has died, even if it was busy. Where there are no locks (a page that is not on a
 * secure origin), a worker that has not answered for ten minutes counts as dead. Not sooner: it cannot answer while it computes one long
 * kernel.
 */

/** Seconds without an answer after which a worker counts as dead; only those in which the page was awake count. */
const SILENCE = 600;
/** Milliseconds from an answer to the next question. */
const BEAT = 1000;

const locks = (): LockManager | undefined => ('locks' in navigator ? navigator.locks : undefined);

/** In the worker: holds the lock from now on. False where there are none. */
export const holdLock = (name: string): Promise<boolean> =>
  new Promise((resolve) => {
    const held = locks()?.request(name, () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    });
    if (held) held.catch(() => resolve(false));
    else resolve(false);
  });

/** In the page: resolves when the worker that holds the lock has died. */
const lockFreed = async (name: string): Promise<void> => {
  await locks()?.request(name, () => undefined);
};

/** Resolves when a question was not answered for `SILENCE` seconds, or failed. */
const silent = async (beat: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    let timer: ReturnType<typeof setInterval> | undefined;
    const timeout = new Promise<true>((resolve) => {
      let seconds = 0;
      // Ticks are counted: a clock would count the time that the machine slept.
      timer = setInterval(() => {
        if (++seconds >= SILENCE) resolve(true);
      }, 1000);
    });
    const died = await Promise.race([
      beat().then(
        () => false,
        () => true,
      ),
      timeout,
    ]);
    clearInterval(timer);
    if (died) return;
    await new Promise((resolve) => setTimeout(resolve, BEAT));
  }
};

/**
 * Resolves when a worker has died.
 *
 * @param held whether it holds the lock of this name (`holdLock`)
 * @param beat asks the worker anything that it answers at once
 */
export const whenEnded = (name: string, held: boolean, beat: () => Promise<unknown>): Promise<void> =>
  held ? lockFreed(name) : silent(beat);
