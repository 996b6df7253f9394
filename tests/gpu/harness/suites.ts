import type { Suite } from './suite';

/** Every file of suites, loaded when first asked for. */
const files = import.meta.glob<{ readonly [suite: string]: Suite }>('../suites/*.ts');

/** Runs suite `name` of `tests/gpu/suites/<file>.ts`. */
export async function runSuite(file: string, name: string, given: unknown): Promise<unknown> {
  const load = files[`../suites/${file}.ts`];
  if (!load) throw new Error(`no file of suites ${file}.ts`);
  const run = (await load())[name];
  if (!run) throw new Error(`no suite ${name} in ${file}.ts`);
  return run(given);
}
