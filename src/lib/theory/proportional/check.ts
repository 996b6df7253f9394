import type { Run } from '$lib/base/run';
import { turn } from '$lib/base/turn';

/** To be awaited between pieces of work on the CPU: throws when the run has been stopped. */
export type Check = () => Promise<void>;

/** Milliseconds of work after which others are let in, so that a stop can be heard. */
const breath = 40;

/** The check of a run. Cheap: it only lets others in when a breath has passed. */
export const checking = (run: Run): Check => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > breath) {
      await turn();
      last = performance.now();
    }
    run.signal.throwIfAborted();
  };
};
