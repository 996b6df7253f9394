/** A place in the text of a sheet, 1-based, as shown to people. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** Length in characters of what is meant; at least 1. */
  readonly length: number;
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

  constructor(message: string, options: { path?: readonly string[]; place?: Place } = {}) {
    super(message);
    this.path = options.path ?? [];
    this.place = options.place;
  }

  /** The same problem, with its place in the sheet. */
  at(place: Place): Problem {
    return new Problem(this.message, { path: this.path, place });
  }

  /** The same problem seen from one level further out: `inside('positive')`. */
  inside(parameter: string): Problem {
    return new Problem(this.message, { path: [parameter, ...this.path], ...(this.place && { place: this.place }) });
  }
}

/** Thrown when an `AbortSignal` fires; never shown. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
