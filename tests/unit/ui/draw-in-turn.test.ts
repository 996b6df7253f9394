import { afterEach, expect, test, vi } from 'vitest';
import { drawInTurn } from '$lib/ui/grid/draw-in-turn';

// Without a document Svelte draws nothing.
vi.mock('svelte', () => ({ flushSync: (draw: () => void) => draw() }));

/** Frames that come when they are called for. */
const frames: FrameRequestCallback[] = [];
vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
const frame = (began: number): void => {
  for (const callback of frames.splice(0)) callback(began);
};
afterEach(() => frames.splice(0));

test('a frame that has time left draws all that waits, in order; one that has none draws one', () => {
  const drawn: number[] = [];
  for (const one of [1, 2, 3, 4]) drawInTurn(() => drawn.push(one));
  // The scrolling before it in the same frame took long.
  frame(performance.now() - 100);
  expect(drawn).toEqual([1]);
  frame(performance.now());
  expect(drawn).toEqual([1, 2, 3, 4]);
  expect(frames).toEqual([]);
});

test('what is out of sight again before its turn is not drawn', () => {
  const drawn: number[] = [];
  const gone = drawInTurn(() => drawn.push(1));
  drawInTurn(() => drawn.push(2));
  gone();
  frame(performance.now());
  expect(drawn).toEqual([2]);
});
