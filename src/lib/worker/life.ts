/**
 * How a page learns that a worker is no more, however it ended. A worker holds a lock of the browser for as long as it lives; the browser
 * gives it to the page when the worker has died, at once, and however busy the worker was before. Where there are no locks (a page that is
 * not on a secure origin), a worker that has not answered for ten minutes is taken for dead:
 * one long kernel keeps it from answering.
 */
/** Seconds in which the page itself was awake. */
const SILENCE = 600;
const BEAT = 1000;

const locks = (): LockManager | undefined => ('locks' in navigator ? navigator.locks : undefined);

/** In the worker: holds the lock from now on. False where there are none. */
export const live = (name: string): Promise<boolean> =>
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

/** Resolves when no beat was answered for so long. */
const silent = async (beat: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    let timer: ReturnType<typeof setInterval> | undefined;
    const late = new Promise<true>((resolve) => {
      let seconds = 0;
      // Counted: after a sleep of the machine a clock would say that the time is up.
      timer = setInterval(() => {
        if (++seconds >= SILENCE) resolve(true);
      }, 1000);
    });
    const died = await Promise.race([
      beat().then(
        () => false,
        () => true,
      ),
      late,
    ]);
    clearInterval(timer);
    if (died) return;
    await new Promise((resolve) => setTimeout(resolve, BEAT));
  }
};

/**
 * Resolves when a worker has died.
 *
 * @param held whether it holds the lock of this name (`live`)
 * @param beat asks it for a sign of life
 */
export const deathOf = (name: string, held: boolean, beat: () => Promise<unknown>): Promise<void> =>
  held ? lockFreed(name) : silent(beat);
