import type { Problem } from '$lib/base/problem';
import type { Inputs, Kind } from './kind';

/** What is known of a point from elsewhere: its value, perhaps as a `StandIn`, with its content hash; or why it has none. */
export type Archived =
  | { readonly value: unknown; readonly hash: string; readonly milliseconds: number }
  | {
      readonly problem: Problem;
      /** It was the problem of all points together. */
      readonly common: boolean;
    };

/** A point that was computed now. */
export interface Made {
  readonly kind: Kind;
  readonly key: string;
  readonly node: string;
}

/**
 * Results that outlive the graph, under the keys of their points: what was computed by another process, on another machine, or before
 * a kill. It is asked for what the graph itself does not remember, and told of all that is computed.
 */
export interface Archive {
  find(kind: Kind, key: string): Archived | undefined;
  keep(made: Made, archived: Archived): void;
  /**
   * How many points are computed in one call at most, so that something is kept before all are done; no limit when there is no answer.
   *
   * @param first the inputs of the first of them
   */
  most?(kind: Kind, first: Inputs): number | undefined;
}
