import type { Place } from '../place';
import { readSweepArguments, sweepUsage } from './arguments';
import { gatherSweep } from './gather';
import { makeSweep } from './make';
import { runTasks } from './run-tasks';

/** `kernelsheet sweep …`; the exit status. @param words what stands after `sweep` */
export const sweep = (words: readonly string[], place: Place): Promise<number> => {
  const call = readSweepArguments(words);
  switch (call.action) {
    case 'help':
      process.stdout.write(sweepUsage);
      return Promise.resolve(0);
    case 'make':
      return makeSweep(call, place);
    case 'run':
      return runTasks(call, place);
    case 'gather':
      return gatherSweep(call, place);
  }
};
