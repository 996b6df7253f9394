import { Problem } from '$lib/base/problem';
import type { Evaluator } from '../../src/cli/evaluator';

/** An evaluator that goes down at its next evaluation as a thread does; `fell` is called when it has. */
export const falling = ({ keeping, ...rest }: Evaluator, fell: () => void): Evaluator => {
  const fall = (): Promise<never> => {
    fell();
    return Promise.reject(new Problem('the thread that evaluates has ended'));
  };
  return {
    ...rest,
    evaluate: fall,
    keeping: {
      recall: (records) => keeping!.recall(records),
      recalled: fall,
      keep: (listener, most) => keeping!.keep(listener, most),
      kept: fall,
      leaveOut: (nodes) => keeping!.leaveOut(nodes),
    },
  };
};
