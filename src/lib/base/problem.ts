/** A place in the text of a sheet, 1-based, as shown to people. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** Length in characters of what is meant; at least 1. */
  readonly length: number;
}

/** What is known of a problem beside its words. */
export interface ProblemOptions {
  readonly path?: readonly string[] | undefined;
  readonly place?: Place | undefined;
  readonly host?: string | undefined;
  readonly absent?: boolean | undefined;
}

/**
 * Something a person can mend: a parameter out of range, a file that is not there, a matrix that is not positive definite.
 * It is a value: the graph stores it as the result of the cell, and everything that does not depend on the cell goes on.
 * It extends Error only so that a computation may leave by `throw`; any other error that escapes is a bug.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** Path of the parameter meant, outermost first: `['delta']`, `['positive', '2']`; empty when it is the cell as a whole. */
  readonly path: readonly string[];
  /** Where in the sheet, once known. */
  readonly place: Place | undefined;
  /** The host that a person must allow to be asked before this can go on. */
  readonly host: string | undefined;
  /** A file that was never given: something else may be used in its place. */
  readonly absent: boolean;

  constructor(message: string, options: ProblemOptions = {}) {
    super(message);
    this.path = options.path ?? [];
    this.place = options.place;
    this.host = options.host;
    this.absent = options.absent ?? false;
  }

  get #known(): ProblemOptions {
    return { path: this.path, place: this.place, host: this.host, absent: this.absent };
  }

  /** The same problem in other words. */
  saying(message: string): Problem {
    return new Problem(message, this.#known);
  }

  /** The same problem, with its place in the sheet. */
  at(place: Place): Problem {
    return new Problem(this.message, { ...this.#known, place });
  }

  /** The same problem seen from one level further out: `inside('positive')`. */
  inside(parameter: string): Problem {
    return new Problem(this.message, { ...this.#known, path: [parameter, ...this.path] });
  }
}

/** Thrown when an `AbortSignal` fires; never shown. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
