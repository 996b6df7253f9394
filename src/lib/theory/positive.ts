import { Problem } from '$lib/base/problem';
import { failureText, type Failure, type Systems } from '$lib/backend/systems/factor';
import { jitterText } from '$lib/backend/systems/jitter';

/** The problem of a kernel matrix that has no factor, with what can be done about it. `jitter`: whether that is still to be tried. */
export const notPositive = (failure: Failure, jitter = true): Problem =>
  new Problem(
    `the kernel matrix ${failureText(failure)}; ` +
      (failure.notFinite === undefined
        ? `raise temperature${jitter ? ', remove repeated examples or allow jitter: "auto"' : ' or remove repeated examples'}`
        : 'the inputs or their scale are too large for it'),
  );

/** What a reader must be warned of: jitter that was added to entry `b`. */
export const jitterWarnings = ({ jitters, pivots }: Systems, b: number): readonly string[] => {
  const jitter = jitters[b];
  return jitter && jitter.added > 0 ? [jitterText(jitter, pivots[b] ?? 0)] : [];
};
