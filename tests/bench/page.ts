import type { Report } from './bench';
import { chosenFamilies } from './families';
import { measureAll } from './measure';
import { createJax } from './peers/jax';
import { createOurs } from './peers/ours';
import { createTfjs } from './peers/tfjs';

declare global {
  interface Window {
    runBench?: (families: readonly string[], repetitions: number) => Promise<Report>;
    /** Given by the terminal: what is being measured now. */
    tellBench?: (what: string) => void;
  }
}

window.runBench = async (names, repetitions) => {
  const families = chosenFamilies(names);
  const [ours, jax, tfjs] = [await createOurs(navigator.gpu), await createJax(), await createTfjs()];
  const measured = await measureAll(families, { ours, 'jax-js': jax, tfjs }, repetitions, (what) => window.tellBench?.(what));
  const report: Report = {
    adapter: ours.backend.adapter,
    software: ours.backend.software,
    repetitions,
    ...measured,
  };
  for (const peer of [ours, jax, tfjs]) peer.dispose();
  return report;
};
document.documentElement.dataset['ready'] = 'true';
