import { Problem } from '$lib/base/problem';

/** The value of the work, or the Problem that it threw. Any other error is a bug and is thrown again. */
export const orProblem = async <T>(work: Promise<T>): Promise<T | Problem> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};
