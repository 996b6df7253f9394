/**
 * Asks one thing at a time, and of what was asked for meanwhile only the last: for what follows the pointer.
 * An answer that is not wanted any more is not given; what cannot be answered is as if nothing had been asked.
 */
export const latest = <Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  tell: (question: Question, answer: Answer) => void,
): ((question: Question | undefined) => void) => {
  let wanted: Question | undefined;
  let asking = false;
  const next = async (): Promise<void> => {
    asking = true;
    try {
      for (let question = wanted; question !== undefined; question = wanted === question ? undefined : wanted) {
        const answer = await ask(question).then(
          (value) => ({ value }),
          () => undefined,
        );
        if (answer && wanted === question) tell(question, answer.value);
      }
    } finally {
      asking = false;
    }
  };
  return (question) => {
    wanted = question;
    if (question !== undefined && !asking) void next();
  };
};
