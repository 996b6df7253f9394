import { engineChoices, type EngineChoice } from '$lib/worker/protocol';
import { readStored, writeStored } from './storage';

const KEY = 'engine';

/** The engine that was chosen in this browser; `auto` when none was, or where the browser keeps nothing. */
export const storedEngine = (): EngineChoice => {
  const stored = readStored('local', KEY);
  return engineChoices.find((choice) => choice === stored) ?? 'auto';
};

/** Keeps the choice for the next visit. */
export const storeEngine = (choice: EngineChoice): void => {
  writeStored('local', KEY, choice === 'auto' ? undefined : choice);
};
