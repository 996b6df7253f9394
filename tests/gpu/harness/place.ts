/** Runs suite `name` of `tests/gpu/suites/<file>.ts` and gives back its figures. */
export type Run = (file: string, name: string, given: unknown) => Promise<unknown>;

/** Where suites run: a browser, or Node. Kept for all tests of a worker. */
export interface Place {
  /** For one test; `close` throws what was complained of. */
  readonly open: () => Promise<{ readonly run: Run; readonly close: () => Promise<void> }>;
  readonly close: () => Promise<void>;
}
