import type { FlowRun } from './backend';

/** Is told how many more evaluations were done. */
export type EvaluationCounter = (evaluations: number) => void;

/**
 * A flow whose evaluations are made in pieces, and it yields to the device between two of them.
 *
 * @param evaluations how many there are in all
 * @param evaluate the pieces of one evaluation
 * @param finish writes the result, after the last
 */
export const flowInPieces = (
  evaluations: number,
  evaluate: (at: number) => Generator<undefined, void>,
  count: EvaluationCounter,
  finish: () => void,
): FlowRun => {
  let done = 0;
  /** What is left of an evaluation that has begun. */
  let left: Generator<undefined, void> | undefined;
  return {
    evaluations,
    advance: async (wanted, yieldToDevice) => {
      const end = Math.min(evaluations, done + wanted);
      while (done < end) {
        left ??= evaluate(done);
        if (!left.next().done) {
          if (yieldToDevice) await yieldToDevice();
          continue;
        }
        left = undefined;
        count(1);
        done++;
        if (done === evaluations) finish();
      }
    },
    [Symbol.dispose]: () => {
      left?.return();
    },
  };
};
