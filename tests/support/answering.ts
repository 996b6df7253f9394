import type { Answering, Ask } from '$lib/worker/protocol';

/** An `ask` that answers these questions, and the others with an empty list. */
export const answering =
  (answers: Partial<Answering> = {}): Ask =>
  (question, key, ...given) =>
    answers[question]?.(key, ...given) ?? Promise.resolve([]);
