import { Problem } from '$lib/base/problem';
import { readArguments, usage, type Call } from './arguments';
import { NoAdapter } from './evaluator';
import { ignoreClosedPipes } from './interruption';
import type { Place } from './place';
import { run } from './run';
import { serve } from './serve';
import { sweep } from './sweep/sweep';

/** The status of a fault of the program itself (EX_SOFTWARE of sysexits.h); those of the contract are 0 to 3. */
const fault = 70;

const perform = (call: Call, place: Place): Promise<number> => {
  switch (call.command) {
    case 'help':
      process.stdout.write(usage);
      return Promise.resolve(0);
    case 'serve':
      return serve(call.port, place);
    case 'run':
      return run(call, place);
  }
};

/**
 * The command line.
 *
 * @param words what stands after `kernelsheet`
 * @returns the exit status: 0, 1, 2, 3 as in `usage`
 */
export const main = async (words: readonly string[], place: Place): Promise<number> => {
  ignoreClosedPipes([process.stdout, process.stderr]);
  try {
    if (words[0] === 'sweep') return await sweep(words.slice(1), place);
    return await perform(readArguments(words), place);
  } catch (error) {
    if (error instanceof NoAdapter) {
      console.error(`kernelsheet: ${error.message}`);
      return 3;
    }
    if (error instanceof Problem) {
      console.error(`kernelsheet: ${error.message}\nSee kernelsheet --help.`);
      return 2;
    }
    console.error(`kernelsheet: internal error: ${error instanceof Error ? error.message : String(error)}`);
    return fault;
  }
};
