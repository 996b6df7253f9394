import type { Suite } from './suite';

/** Every file of suites, loaded when first asked for. */
const files = import.meta.glob<{ readonly [suite: string]: Suite }>('../suites/*.ts');

declare global {
  interface Window {
    runSuite?: (file: string, suite: string, given: unknown) => Promise<unknown>;
  }
}

window.runSuite = async (file, suite, given) => {
  const load = files[`../suites/${file}.ts`];
  if (!load) throw new Error(`no file of suites ${file}.ts`);
  const run = (await load())[suite];
  if (!run) throw new Error(`no suite ${suite} in ${file}.ts`);
  return run(given);
};
document.documentElement.dataset['ready'] = 'true';
