import { Problem } from '$lib/base/problem';
import { planSweep } from '$lib/sweep/plan';
import type { SheetWorker } from './protocol';

/** The folder of a sweep; what the person can mend crosses to the page in words. */
export const answerSweep: SheetWorker['sweepFolder'] = async (request) => {
  try {
    return await Promise.resolve(planSweep(request));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: error.message };
  }
};
