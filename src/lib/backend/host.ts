import { turn } from '$lib/base/turn';
import type { Backend, Matrix, Shape, WalkerBackend } from './backend';
import type { EvaluationCounter } from './flow-run';
import { expectAverage, expectEntries, expectNumbers, expectShape, fullShape, sizeOf } from './shapes';

/** An operation of `Backend` as a module of an engine has it: what holds memory and counters comes first. */
export type Hosted<Host, Operation> = Operation extends (...given: infer Given) => infer Result
  ? (host: Host, ...given: Given) => Result
  : never;

/** Operations of an engine whose work is done when they return, as `Backend` has them; each counts as one dispatch. */
export const countedOperations = <Host, Name extends keyof WalkerBackend>(
  host: Host,
  counters: { dispatches: number },
  operations: { readonly [N in Name]: Hosted<Host, WalkerBackend[N]> },
): Pick<WalkerBackend, Name> => {
  const counted = Object.entries<(host: Host, ...given: unknown[]) => unknown>(operations).map(([name, operation]) => [
    name,
    (...given: unknown[]): unknown => {
      const result = operation(host, ...given);
      counters.dispatches += 1;
      return result;
    },
  ]);
  // The entries have the names and the types of `operations`, which `fromEntries` forgets.
  return Object.fromEntries(counted) as Pick<WalkerBackend, Name>;
};

/** What comes before `yieldToDevice` among the arguments of an operation. */
type BeforeYield<Operation> = Operation extends (...given: [...infer Given, yieldToDevice?: () => Promise<void>]) => unknown
  ? Given
  : never;

/** The fused steps of an engine. Those that are generators yield where others may be let in. */
interface FusedSteps {
  readonly runParticles: (...given: BeforeYield<WalkerBackend['particleSteps']>) => Generator<undefined, void>;
  readonly flow: (count: EvaluationCounter, ...given: Parameters<WalkerBackend['flow']>) => ReturnType<WalkerBackend['flow']>;
  readonly descend: WalkerBackend['descend'];
  readonly moveWalkers: (...given: BeforeYield<WalkerBackend['moveWalkers']>) => Generator<undefined, number>;
  readonly outerMeans: (...given: BeforeYield<WalkerBackend['outerMeans']>) => Generator<undefined, Float64Array[]>;
}

/** Fused steps as `Backend` has them; each step counts as one dispatch, and so does each evaluation of a flow. */
export const countedSteps = (
  counters: { dispatches: number },
  { runParticles, flow, descend, moveWalkers, outerMeans }: FusedSteps,
): Pick<WalkerBackend, 'particleSteps' | 'flow' | 'descend' | 'moveWalkers' | 'outerMeans'> => {
  const count = (dispatches: number): void => void (counters.dispatches += dispatches);
  return {
    particleSteps: async (problem, state, dt, steps, key, average, yieldToDevice) => {
      expectAverage(problem, average);
      count(steps);
      await drained(runParticles(problem, state, dt, steps, key, average), yieldToDevice);
    },
    flow: (...given) => flow(count, ...given),
    descend: (problem, state, first, steps) => {
      count(steps);
      return descend(problem, state, first, steps);
    },
    moveWalkers: async (field, state, stride, key, options, yieldToDevice) => {
      count(1);
      return drained(moveWalkers(field, state, stride, key, options), yieldToDevice);
    },
    outerMeans: async (pairs, yieldToDevice) => {
      count(1);
      return drained(outerMeans(pairs), yieldToDevice);
    },
  };
};

/** A matrix whose numbers the processor can reach. */
interface HostMatrix extends Matrix {
  /** [batch, rows, columns] row-major. */
  readonly values: Float64Array;
  /** A part of the numbers under another shape, from number `offset` on. */
  view(shape: Required<Shape>, offset: number): Matrix;
}

interface Storage {
  /** New numbers, that may be anything. */
  readonly make: (shape: Shape) => HostMatrix;
  readonly zeros: (shape: Shape) => HostMatrix;
  /** The matrix as this engine made it; throws where another did. */
  readonly own: (matrix: Matrix) => HostMatrix;
}

/** The operations of `Backend` that make, read and view matrices, where the processor can reach the numbers. */
export const hostViews = (
  counters: { dispatches: number },
  { make, zeros, own }: Storage,
): Pick<Backend, 'upload' | 'zeros' | 'read' | 'reshape' | 'slice' | 'copy'> => ({
  zeros,
  upload: (shape, data) => {
    expectNumbers(data.length, shape, 'upload');
    const made = make(shape);
    made.values.set(data);
    return made;
  },
  read: (matrix) => promised(() => own(matrix).values.slice()),
  reshape: (matrix, shape) => {
    expectNumbers(sizeOf(matrix), shape, 'reshape');
    return own(matrix).view(fullShape(shape), 0);
  },
  slice: (matrix, first, count = 1) => {
    expectEntries(matrix, first, count, 'slice');
    const { rows, columns } = matrix;
    return own(matrix).view({ batch: count, rows, columns }, first * rows * columns);
  },
  copy: (from, into, first = 0) => {
    expectShape(from, into.rows, into.columns, 'copy');
    expectEntries(into, first, from.batch, 'copy');
    own(into).values.set(own(from).values, first * into.rows * into.columns);
    counters.dispatches += 1;
  },
});

/** What is thrown becomes a rejection, as with an engine whose work is done later. */
export const promised = <Result>(work: () => Result): Promise<Result> =>
  new Promise((resolve) => {
    resolve(work());
  });

/** Goes through all parts of some work, to its value; `yieldToDevice` is awaited between them, and what it throws ends them. */
export const drained = async <Value>(parts: Generator<undefined, Value>, yieldToDevice?: () => Promise<void>): Promise<Value> => {
  let ended = false;
  try {
    for (;;) {
      const part = parts.next();
      if (part.done) {
        ended = true;
        return part.value;
      }
      if (yieldToDevice) await yieldToDevice();
    }
  } finally {
    if (!ended) parts.return(undefined as never);
  }
};

/** Milliseconds of work after which `yieldToDevice` lets others in. */
const between = 40;

/** `Backend.settle` and `yieldToDevice` of an engine whose work is done already: whoever waits lets timers and messages in, so that a long run can be stopped. */
export const pauses = (): Pick<Backend, 'settle' | 'yieldToDevice'> => {
  let last = performance.now();
  const settle = async (): Promise<void> => {
    await turn();
    last = performance.now();
  };
  return { settle, yieldToDevice: () => (performance.now() - last < between ? Promise.resolve() : settle()) };
};
