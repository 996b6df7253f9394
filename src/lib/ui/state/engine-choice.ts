import { engineChoices, type EngineChoice } from '$lib/worker/protocol';
import { keep, recall } from './storage';

const KEY = 'engine';

/** The engine that was chosen in this browser; `auto` when none was, or where the browser keeps nothing. */
export const storedEngine = (): EngineChoice => {
  const stored = recall('local', KEY);
  return engineChoices.find((choice) => choice === stored) ?? 'auto';
};

/** Keeps the choice for the next visit. */
export const storeEngine = (choice: EngineChoice): void => {
  keep('local', KEY, choice === 'auto' ? undefined : choice);
};
