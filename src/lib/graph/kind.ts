import type { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Warnings } from './warnings';

/** What an axis may run over. */
export type AxisValue = number | string | boolean | readonly (number | string)[];

/** A labelled axis; axes of the same name are the same axis. */
export interface Axis {
  readonly name: string;
  readonly values: readonly AxisValue[];
  /** Of an axis made inside a formula: of which kind it is, and the how manyth of this kind in the sheet, from 1. */
  readonly nested?: Nested;
}

/** Which of the axes made inside formulas one is. */
export interface Nested {
  readonly kind: string;
  readonly nth: number;
}

/**
 * A value at every point of its axes, row-major (last axis fastest). No axes: one point.
 * Where a point could not be computed though others could, a `Gap` stands for its value (`gap.ts`).
 */
export interface Field<Value = unknown> {
  readonly axes: readonly Axis[];
  readonly points: readonly Value[];
  /**
   * Of the result of a kind that yields fields: its points are points of this `whole` input, one index each. What is warned of elsewhere
   * in that input is then not said of them.
   */
  readonly picked?: { readonly input: string; readonly points: readonly number[] };
  /** Of the result of a kind that yields fields: what a reader of any of its points must be warned of. */
  readonly warnings?: readonly string[];
}

/**
 * An input of a node: given, taken from another node, or a list of inputs.
 *
 * What the kind sees of it, point by point: a literal is its value, a node is its value at the point, a list is an array of what its
 * items are at the point (its items broadcast like any other inputs). In an input that the kind wants `whole`: a literal is a `Field`
 * of one point without axes, a node is its `Field`, a list is an array of what its items are when whole (so `Field[]`, nested as the
 * lists are; their axes are not aligned with one another).
 */
export type Input =
  | { readonly type: 'literal'; readonly value: unknown }
  | { readonly type: 'node'; readonly node: string }
  | { readonly type: 'list'; readonly items: readonly Input[] };

/** One computation of the graph. `id` is unique and stable while the sheet is edited. */
export interface NodeDefinition {
  readonly id: string;
  readonly kind: string;
  readonly inputs: Readonly<Record<string, Input>>;
  /** What people call it in messages; the id when not given. Several nodes may share one. */
  readonly title?: string;
  /** What an axis made here is called. */
  readonly axisName: string;
  /** Which of the axes made inside formulas it is; absent for that of a cell. */
  readonly nested?: Nested;
  /** A problem found before anything ran (syntax, unknown name); the node is then in error. */
  readonly problem?: Problem;
}

/** The inputs of one point; an input the kind wants `whole` is a `Field`, every other is a bare value. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface ComputeContext extends Run {
  readonly signal: AbortSignal;
  /** What can be shown before the result is there; the latest replaces the one before. Nobody computes with it and it is not remembered. */
  show(partial: unknown): void;
}

/**
 * What the graph must know of a kind of node. It never looks inside a value.
 * `compute` gets all points that must be made together, so that they can share a batch, and answers each with a value or a Problem,
 * in the same order. A Problem of one point leaves the others alone: it becomes a gap. A Problem thrown stands for all of them.
 * It is never called without points, nor with one at which an input has a gap; a field wanted `whole` may have gaps.
 */
export interface Kind {
  readonly name: string;
  /** Part of the key under which results are remembered. */
  readonly version: number;
  /** Inputs wanted as whole fields (plots, reductions, selections). */
  readonly whole?: readonly string[];
  /**
   * `axis`: the one value is a list of axis values; the node becomes an axis. `field`: each value is itself a `Field`, whose points may be
   * Problems and gaps handed on.
   */
  readonly yields?: 'axis' | 'field';
  /** The result depends on `quality`; coarse and fine are remembered apart. Every other kind is always asked for `fine`. */
  readonly graded?: boolean;
  /**
   * Expensive: scheduled last and skipped in coarse passes. In a run that begins with a coarse pass it is computed at the end, and waits
   * until then.
   */
  readonly deferred?: boolean;
  /**
   * Lists whose items are optional for a while: an item that waits for a `deferred` node, or that was stopped, is `undefined` as long as another
   * item has a value. The result is then `incomplete`. It is computed again when the item has its value.
   */
  readonly optional?: readonly string[];
  /**
   * Inputs whose values the result goes on referring to (their buffers, say): they are not disposed of before it. Not given: all of them,
   * which is always safe. A kind whose results stand alone (tables of numbers, say) gives `[]`, so that they outlive what they came from;
   * for bare numbers, strings and booleans that goes without saying.
   */
  readonly keeps?: readonly string[];
  /** Of its inputs it only wants what a stand-in tells too (`stand-in.ts`), or it hands them on as they are. */
  readonly standIns?: boolean;
  /**
   * A key equal for equal values (of this kind), where it is cheap: lets an unchanged result stop the wave.
   * Not needed for results that are bare numbers, strings or booleans: these are compared as they are.
   */
  digest?(value: unknown): string | undefined;
  /**
   * Bytes that the value at a point will cost, as far as its inputs tell; asked before anything is computed. Values of kinds that have it
   * have a limit together (`GraphOptions.limitBytes`): a node that would go beyond it is in error, until there is room.
   */
  needs?(inputs: Inputs): number;
  /** Bytes that remembering the value costs, itself only, not what it refers to. Not given: 0. */
  bytes?(value: unknown): number;
  /**
   * What a reader of the value must be warned of. The graph carries it along to every node that uses the value, with the title of the node
   * that said it first; a value that is handed on as it is does not say it again. It is no part of any key.
   */
  warnings?(value: unknown): readonly string[];
  /** Called once when the graph forgets the value. Kinds that hand on a value of an input must not dispose of it. */
  dispose?(value: unknown): void;
  compute(points: readonly Inputs[], context: ComputeContext): Promise<readonly unknown[]>;
  /** Opens an account of what `compute` does; it is closed after it and kept beside the values. The graph does not read it. */
  account?(): Account | undefined;
}

/** A record of what a computation did, kept by whoever opened it. */
export interface Account {
  close(): void;
}

/** Kinds by name. */
export type Registry = ReadonlyMap<string, Kind>;

/** What the graph tells of a node. */
export type NodeState =
  | {
      readonly status: 'waiting';
      /** Ids of inputs in error or not yet there. */ readonly on: readonly string[];
      /** True when an input is in error, so that it waits for an edit. */ readonly blocked: boolean;
      /** The last good value, to be shown greyed. */ readonly last?: Result;
    }
  | {
      readonly status: 'computing';
      readonly progress: number;
      /** How much longer it will take at the speed so far; not given before that can be told. */ readonly secondsLeft?: number;
      /** What its kind has to show already. */ readonly partial?: unknown;
      /** The last good value, to be shown greyed. */ readonly last?: Result;
    }
  | { readonly status: 'ok'; readonly result: Result }
  | {
      readonly status: 'stopped';
      /** It was not a person who stopped it: it would take so many seconds more, and somebody should be asked. */ readonly asks?: number;
      /** What its kind had to show when it was stopped. */ readonly partial?: unknown;
      readonly last?: Result;
    }
  | { readonly status: 'error'; readonly problem: Problem; readonly last?: Result };

export interface Result {
  readonly field: Field;
  /** True until the fine pass has replaced it. */
  readonly coarse: boolean;
  /** Some items of its inputs are not yet there (`Kind.optional`), or were not when an input of it was made. */
  readonly incomplete: boolean;
  /** What its points took to compute, also when they were remembered. */
  readonly milliseconds: number;
  /** Of the computations its points are from, each once. */
  readonly accounts: readonly Account[];
  /** Of each point of the field: its own and those of all that it was computed from. */
  readonly warnings: readonly Warnings[];
  /** Content hash: equal results have equal hashes. */
  readonly hash: string;
}
