import type { NodeDefinition } from '$lib/graph/kind';
import type { Place, Problem } from '$lib/base/problem';
import type { Cell } from '$lib/sheet/document';
import type { Span } from '$lib/sheet/formula';
import { linesOf } from '$lib/sheet/lines';
import type { Given } from './arguments';

/** One cell as the graph computes it: its outermost node and those nested in it. */
export interface CompiledCell {
  readonly cell: Cell;
  /** Name of the kind of its outermost call; `value` for arithmetic and constants, `note` for text. */
  readonly kind: string;
  readonly root: string;
  readonly nodes: readonly string[];
  /** Keys of the cells it refers to. */
  readonly precedents: readonly string[];
  /** The arguments of the outermost call, by parameter. */
  readonly given: ReadonlyMap<string, Given>;
  /** The theories that may compute it; undefined where that is not known, or where the cell depends on no theory. */
  readonly theories: ReadonlySet<string> | undefined;
}

/** A sheet ready for the graph. */
export interface Program {
  readonly nodes: readonly NodeDefinition[];
  readonly cells: ReadonlyMap<string, CompiledCell>;
  /** The place in the text that a problem of a node refers to. */
  placeOf(node: string, problem: Problem): Place;
}

/** Where a node and its inputs stand in the text. */
export interface NodePlaces {
  readonly span: Span;
  readonly inputs: ReadonlyMap<string, Span>;
}

/** Where the lines of the last text began: a sheet has many spans of one text. */
let known: { readonly text: string; readonly starts: readonly number[] } = { text: '', starts: [0] };

const startsOf = (text: string): readonly number[] => {
  if (known.text !== text) known = { text, starts: linesOf(text).map(({ from }) => from) };
  return known.starts;
};

/** A span as line and column, 1-based. */
export const placeOfSpan = (text: string, span: Span): Place => {
  const starts = startsOf(text);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? Infinity) <= span.from) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: span.from - (starts[low] ?? 0) + 1, length: Math.max(1, span.to - span.from) };
};
