import { flushSync } from 'svelte';

/**
 * When in a frame no more of what comes into the window is drawn, in milliseconds since the frame began: frames of a turned wheel have
 * already answered that. At least one cell is drawn in each.
 */
const budget = 8;

const waiting = new Set<() => void>();
let frame = 0;

const run = (start: DOMHighResTimeStamp): void => {
  frame = 0;
  for (const draw of waiting) {
    waiting.delete(draw);
    flushSync(draw);
    if (performance.now() - start > budget) break;
  }
  if (waiting.size > 0) frame = requestAnimationFrame(run);
};

/**
 * Draws when its turn has come: many cells that come into the window at once are spread over frames, so that none of them is long.
 * @returns a function that takes the turn back
 */
export const drawInTurn = (draw: () => void): (() => void) => {
  waiting.add(draw);
  if (frame === 0) frame = requestAnimationFrame(run);
  return () => waiting.delete(draw);
};
