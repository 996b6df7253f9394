/** What can be undone and redone: texts of the sheet. Immutable. */
export interface History {
  readonly past: readonly string[];
  readonly present: string;
  /** What redo brings back, the nearest last. */
  readonly future: readonly string[];
  /** The gesture that made the present text; a further text of the same gesture takes its place. */
  readonly gesture: string | undefined;
  /** The present text came by a link and was not edited since. */
  readonly linked?: boolean;
}

/** The most steps that can be undone. */
export const MOST_STEPS = 500;
/** The most characters that all texts of a history may have together; the oldest steps go first, the present text never. */
export const MOST_CHARACTERS = 1 << 23;

/** A history that begins with this text. */
export const startHistory = (text: string): History => ({ past: [], present: text, future: [], gesture: undefined });

/**
 * The history after an edit. What could be redone is gone.
 * @param gesture names what a person does in one go, such as one drag of a slider: texts that follow one another with the same gesture
 *   are one step; without it every text is a step
 */
export function record(history: History, text: string, gesture?: string): History {
  const joins = gesture !== undefined && gesture === history.gesture;
  if (text === history.present) return joins || gesture === undefined ? history : { ...history, gesture: undefined };
  const past = joins ? history.past : bounded([...history.past, history.present], text.length);
  return { past, present: text, future: [], gesture };
}

/**
 * The history after a link was followed. What was there can be undone to, and links push none of it out: where a further step would cost one
 * of those that are there, a link takes the place of the link before it.
 */
export function follow(history: History, text: string): History {
  if (text === history.present) return history;
  const next = record(history, text);
  const isFull = next.past.length <= history.past.length;
  return { ...next, past: history.linked && isFull ? bounded(history.past, text.length) : next.past, linked: true };
}

/** One step back; the same history when there is none. */
export function undo(history: History): History {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return { past: history.past.slice(0, -1), present, future: [...history.future, history.present], gesture: undefined };
}

/** One step forth; the same history when there is none. */
export function redo(history: History): History {
  const present = history.future.at(-1);
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future: history.future.slice(0, -1), gesture: undefined };
}

/** The youngest texts (the last) of as many as a history may hold beside a present text of this length. */
export function bounded(past: readonly string[], present: number): string[] {
  let left = MOST_CHARACTERS - present;
  let first = past.length;
  while (first > 0 && past.length - first < MOST_STEPS) {
    left -= past[first - 1]?.length ?? 0;
    if (left < 0) break;
    first -= 1;
  }
  return past.slice(first);
}
