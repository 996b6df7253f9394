import type { Steps } from '$lib/base/steps';
import { inTurns } from '$lib/data/in-turns';
import { LONG, parse, readAhead } from '$lib/sheet/parse';
import { relateAhead } from '$lib/sheet/references';
import { placeAhead } from '../grid/placement';

/** Does work in turns, so that the page is never held for long. */
export const runInTurns = <T>(steps: Steps<T>): Promise<T> =>
  inTurns(steps, { signal: new AbortController().signal, progress: () => undefined });

/** Finds out what a page must know of a long sheet before it is drawn: what its lines say, where its cells stand, what they take. */
function* finding(text: string): Steps<void> {
  yield* readAhead(text);
  const sheet = parse(text);
  yield* placeAhead(sheet.cells);
  yield* relateAhead(sheet);
}

/** Reads a sheet that is about to be opened, in turns. One of few letters is read when it is opened. */
export const openAhead = async (text: string): Promise<void> => {
  if (text.length > LONG) await runInTurns(finding(text));
};
