import type { Steps } from '$lib/base/steps';
import { Pause } from './pause';

/** What hears of long work: when it is no longer wanted, and how far it has come. */
export interface Hearer {
  readonly signal: AbortSignal;
  readonly progress: (fraction: number) => void;
}

/** Does work of many short steps, and gives way to others at least every twentieth of a second. @throws the reason of an abort. */
export const inTurns = async <T>(steps: Steps<T>, hearer: Hearer): Promise<T> => {
  const pause = new Pause(hearer.signal);
  let told = 0;
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    if (!pause.isDue) continue;
    told = Math.max(told, next.value);
    hearer.progress(told);
    await pause.whenDue();
  }
};

/** A part of some work: its own 0…1 is `from`…`to` of the whole. */
export const partOf = ({ signal, progress }: Hearer, from: number, to: number): Hearer => ({
  signal,
  progress: (fraction) => {
    progress(from + (to - from) * fraction);
  },
});
