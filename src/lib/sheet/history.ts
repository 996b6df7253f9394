/** What can be undone and redone: texts of the sheet. Immutable. */
export interface History {
  readonly past: readonly string[];
  readonly present: string;
  /** What redo brings back, the nearest last. */
  readonly future: readonly string[];
  /** The gesture that made the present text; a further text of the same gesture takes its place. */
  readonly gesture: string | undefined;
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

function bounded(past: readonly string[], present: number): string[] {
  let left = MOST_CHARACTERS - present;
  let first = past.length;
  while (first > 0 && past.length - first < MOST_STEPS) {
    left -= past[first - 1]?.length ?? 0;
    if (left < 0) break;
    first -= 1;
  }
  return past.slice(first);
}

/** A history as text that survives a reload. The gesture does not: after a reload a new one begins. */
export const writeHistory = ({ past, present, future }: History): string => JSON.stringify({ version: 1, past, present, future });

/** The history in what `writeHistory` wrote, or nothing when it is something else; never throws. */
export function readHistory(written: string): History | undefined {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, past, present, future } = value as Record<string, unknown>;
  if (version !== 1 || typeof present !== 'string' || !isTexts(past) || !isTexts(future)) return undefined;
  return { past: bounded(past, present.length), present, future: bounded(future, present.length), gesture: undefined };
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((text) => typeof text === 'string');
