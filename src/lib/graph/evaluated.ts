import { Problem } from '$lib/base/problem';
import { checkSize, describePoint, sameValues, sizeOf } from './axes';
import { gapOf, hashOfGap, isGap, type Gap } from './gap';
import { canonical, hash, hashText } from './hash';
import type { Axis, AxisValue, Field, Kind, NodeDefinition, Result } from './kind';
import type { Entry } from './memory';
import { together, type Inherited, type Warnings } from './warnings';

/** A result with what the graph needs for those that depend on it. */
export interface Evaluated {
  readonly result: Result;
  /** Content hash of each point of the field. */
  readonly hashes: readonly string[];
  /** The remembered value that each point of the field is, or is part of; a gap is none. */
  readonly entries: readonly (Entry | undefined)[];
}

/** The remembered values of some points, each once. */
export const present = (entries: readonly (Entry | undefined)[]): Entry[] => [...new Set(entries.filter((entry) => entry !== undefined))];

/** Content hash of a field, given those of its points. */
export const hashField = (axes: readonly Axis[], hashes: readonly string[]): string =>
  hashText(`field ${canonical(axes.map(({ name, values }) => [name, values]))} ${hashes.join(' ')}`);

/** A bare number, string, boolean or nothing: it is its own content and refers to nothing. */
export const isBare = (value: unknown): boolean => value === null || !['object', 'function', 'symbol'].includes(typeof value);

/** Content hash of a computed value: of itself when it is bare, by its kind's digest where there is one, else its key. */
export function hashOfValue(kind: Kind, key: string, value: unknown): string {
  if (isBare(value)) return hash(value);
  const digest = kind.digest?.(value);
  return digest === undefined ? key : hashText(`digest ${JSON.stringify(kind.name)} ${digest}`);
}

const isField = (value: unknown): value is Field => typeof value === 'object' && value !== null && 'axes' in value && 'points' in value;

const isAxisValue = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every((part) => typeof part === 'number' || typeof part === 'string')
    : ['number', 'string', 'boolean'].includes(typeof value);

/** What is wrong with a value that a kind returned; undefined when it is as the kind promised. */
export function brokenPromise(kind: Kind, value: unknown): string | undefined {
  if (kind.yields === 'axis')
    return Array.isArray(value) && value.every(isAxisValue) ? undefined : 'an axis must be a list of plain values';
  if (kind.yields !== 'field') return undefined;
  if (!isField(value)) return 'the result must be a field';
  return value.points.length === sizeOf(value.axes) ? undefined : 'the field must have one value a point';
}

type Parts = Omit<Evaluated, 'result'> & Field;

/** What results are called: their own axes, and their gaps. */
export type Named = Pick<NodeDefinition, 'id' | 'title' | 'axisName' | 'nested'>;

function asAxis({ axisName: name, nested }: Named, entry: Entry): Parts {
  const values = entry.value as readonly AxisValue[];
  return {
    axes: [{ name, values, ...(nested && { nested }) }],
    points: values,
    hashes: values.map(hash),
    entries: values.map(() => entry),
  };
}

/** One value a point, or a gap. */
const bare = (axes: readonly Axis[], outcomes: readonly (Entry | Gap)[]): Parts => ({
  axes,
  points: outcomes.map((one) => (isGap(one) ? one : one.value)),
  hashes: outcomes.map((one) => (isGap(one) ? hashOfGap(one) : one.hash)),
  entries: outcomes.map((one) => (isGap(one) ? undefined : one)),
});

/** Hash of one point of a field that was made as a whole. */
const hashOfPart = (value: unknown, at: number, whole: Entry | undefined): string =>
  isBare(value) ? hash(value) : isGap(value) ? hashOfGap(value) : hashText(`part ${at} ${whole?.hash ?? ''}`);

/**
 * Fields at every point of `axes` become one field whose last axes are theirs; a gap at a point is one at all of them.
 * @throws Problem when there are points and all are gaps.
 */
function flattened({ id, title = id }: Named, axes: readonly Axis[], outcomes: readonly (Entry | Gap)[]): Parts {
  const fields = outcomes.map((one) => (isGap(one) ? undefined : (one.value as Field)));
  const first = fields.findIndex((field) => field !== undefined);
  const inner = fields[first]?.axes ?? [];
  const odd = fields.findIndex(
    (field) =>
      field &&
      (field.axes.length !== inner.length || field.axes.some((axis, i) => axis.name !== inner[i]?.name || !sameValues(axis, inner[i]))),
  );
  if (odd >= 0) throw new Problem(`the results have different axes at ${describePoint(axes, first)} and at ${describePoint(axes, odd)}`);
  const twice = inner.find((axis) => axes.some((other) => other.name === axis.name));
  if (twice) throw new Problem(`the results already have an axis called ${twice.name}: give the one swept over another name`);
  const all = [...axes, ...inner];
  checkSize(all);
  const size = sizeOf(inner);
  const each = outcomes.flatMap((outcome, i) =>
    Array.from({ length: size }, (_, place) => {
      const value = isGap(outcome) ? outcome : fields[i]?.points[place];
      const gap = value instanceof Problem ? gapOf(title, describePoint(all, i * size + place), value) : isGap(value) ? value : undefined;
      return { value: gap ?? value, entry: isGap(outcome) ? undefined : outcome, place };
    }),
  );
  if (each.length > 0 && each.every(({ value }) => isGap(value))) throw (each[0]?.value as Gap).problem;
  return {
    axes: all,
    points: each.map(({ value }) => value),
    hashes: each.map(({ value, entry, place }) => hashOfPart(value, place, entry)),
    entries: each.map(({ entry }) => entry),
  };
}

/** Of each point of a result: what its value warns of and what all it was computed from did. */
function warningsOf(kind: Kind, title: string, inherited: Inherited, { points }: Parts, outcomes: readonly (Entry | Gap)[]): Warnings[] {
  const each = points.length / Math.max(1, outcomes.length);
  // An axis is made of a list, which is no field.
  const fields = kind.yields === 'field' ? outcomes.map((one) => (isGap(one) ? undefined : (one.value as Field))) : [];
  // Asked once a point: an axis of very many values, or a long curve, is made at one.
  let last: { readonly point: number; readonly warnings: Warnings } | undefined;
  const inheritedAt = (point: number): Warnings => {
    if (last?.point !== point) last = { point, warnings: inherited.warnings(point) };
    return last.warnings;
  };
  return points.map((value, i) => {
    const point = Math.floor(i / each);
    const picked = fields[point]?.picked;
    const taken = picked && inherited.warningsAt(picked.input, picked.points[i - point * each] ?? -1);
    const from = picked && taken ? together([taken, inherited.warnings(point, picked.input)]) : inheritedAt(point);
    const own = isBare(value) || isGap(value) || inherited.handsOn(point, value) ? [] : (kind.warnings?.(value) ?? []);
    const texts = [...own, ...(fields[point]?.warnings ?? [])];
    return texts.length === 0 ? from : together([texts.map((text) => ({ of: title, text })), from]);
  });
}

/**
 * The result of a node from what became of the points of what was gathered for it. Its title is said with its warnings and gaps;
 * `axisName` is what an axis made here is called.
 * @throws Problem when fields inside do not agree on their axes, or there would be too many points.
 */
export function assemble(
  kind: Kind,
  named: Named,
  gathered: Inherited & { readonly axes: readonly Axis[] },
  outcomes: readonly (Entry | Gap)[],
  { coarse, incomplete }: Pick<Result, 'coarse' | 'incomplete'>,
): Evaluated {
  const { axes } = gathered;
  const [first] = outcomes;
  const parts: Parts =
    kind.yields === 'axis' && first && !isGap(first)
      ? asAxis(named, first)
      : kind.yields === 'field'
        ? flattened(named, axes, outcomes)
        : bare(axes, outcomes);
  const distinct = present(parts.entries);
  return {
    result: {
      field: { axes: parts.axes, points: parts.points },
      coarse,
      incomplete,
      milliseconds: distinct.reduce((sum, entry) => sum + entry.milliseconds, 0),
      warnings: warningsOf(kind, named.title ?? named.id, gathered, parts, outcomes),
      accounts: [...new Set(distinct.flatMap(({ account }) => account ?? []))],
      hash: hashField(parts.axes, parts.hashes),
    },
    hashes: parts.hashes,
    entries: parts.entries,
  };
}
