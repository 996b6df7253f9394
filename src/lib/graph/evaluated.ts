import { Problem } from '$lib/base/problem';
import { checkSize, describePoint, sameValues, sizeOf } from './axes';
import { canonical, hash, hashText } from './hash';
import type { Axis, AxisValue, Field, Kind, NodeDefinition, Result } from './kind';
import type { Entry } from './memory';
import { together, type Inherited, type Warnings } from './warnings';

/** A result with what the graph needs for those that depend on it. */
export interface Evaluated {
  readonly result: Result;
  /** Content hash of each point of the field. */
  readonly hashes: readonly string[];
  /** The remembered value that each point of the field is, or is part of. */
  readonly entries: readonly Entry[];
}

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

interface Parts {
  readonly axes: readonly Axis[];
  readonly points: readonly unknown[];
  readonly hashes: readonly string[];
  readonly entries: readonly Entry[];
}

function asAxis(name: string, entry: Entry): Parts {
  const values = entry.value as readonly AxisValue[];
  return { axes: [{ name, values }], points: values, hashes: values.map(hash), entries: values.map(() => entry) };
}

/** Fields at every point of `axes` become one field whose last axes are theirs. */
function flattened(axes: readonly Axis[], entries: readonly Entry[]): Parts {
  const fields = entries.map((entry) => entry.value as Field);
  const inner = fields[0]?.axes ?? [];
  const odd = fields.findIndex(
    (field) =>
      field.axes.length !== inner.length || field.axes.some((axis, i) => axis.name !== inner[i]?.name || !sameValues(axis, inner[i])),
  );
  if (odd >= 0) throw new Problem(`the results have different axes at ${describePoint(axes, 0)} and at ${describePoint(axes, odd)}`);
  const twice = inner.find((axis) => axes.some((other) => other.name === axis.name));
  if (twice) throw new Problem(`the results already have an axis called ${twice.name}: give the one swept over another name`);
  checkSize([...axes, ...inner]);
  return {
    axes: [...axes, ...inner],
    points: fields.flatMap((field) => field.points),
    hashes: entries.flatMap(
      (entry, i) => fields[i]?.points.map((value, j) => (isBare(value) ? hash(value) : hashText(`part ${j} ${entry.hash}`))) ?? [],
    ),
    entries: entries.flatMap((entry, i) => fields[i]?.points.map(() => entry) ?? []),
  };
}

/** Of each point of a result: what its value warns of and what all it was computed from did. */
function warningsOf(kind: Kind, title: string, inherited: Inherited, { points }: Parts, entries: readonly Entry[]): Warnings[] {
  const each = points.length / Math.max(1, entries.length);
  // An axis is made of a list, which is no field.
  const fields = kind.yields === 'field' ? entries.map((entry) => entry.value as Field) : [];
  return points.map((value, i) => {
    const point = Math.floor(i / each);
    const picked = fields[point]?.picked;
    const taken = picked && inherited.warningsAt(picked.input, picked.points[i - point * each] ?? -1);
    const from = picked && taken ? together([taken, inherited.warnings(point, picked.input)]) : inherited.warnings(point);
    const texts = isBare(value) ? [] : (kind.warnings?.(value) ?? []);
    if (texts.length === 0 || inherited.handsOn(point, value)) return from;
    return together([texts.map((text) => ({ of: title, text })), from]);
  });
}

/**
 * The result of a node from the remembered values at the points of what was gathered for it. Its title is said with its
 * warnings, `axisName` is what an axis made here is called.
 * @throws Problem when fields inside do not agree on their axes, or there would be too many points.
 */
export function assemble(
  kind: Kind,
  { id, title = id, axisName: name }: NodeDefinition,
  gathered: Inherited & { readonly axes: readonly Axis[] },
  entries: readonly Entry[],
  { coarse, incomplete }: Pick<Result, 'coarse' | 'incomplete'>,
): Evaluated {
  const { axes } = gathered;
  const first = entries[0];
  const parts: Parts =
    kind.yields === 'axis' && first
      ? asAxis(name, first)
      : kind.yields === 'field'
        ? flattened(axes, entries)
        : { axes, points: entries.map((entry) => entry.value), hashes: entries.map((entry) => entry.hash), entries };
  const distinct = [...new Set(entries)];
  return {
    result: {
      field: { axes: parts.axes, points: parts.points },
      coarse,
      incomplete,
      milliseconds: distinct.reduce((sum, entry) => sum + entry.milliseconds, 0),
      warnings: warningsOf(kind, title, gathered, parts, entries),
      accounts: [...new Set(distinct.flatMap(({ account }) => account ?? []))],
      hash: hashField(parts.axes, parts.hashes),
    },
    hashes: parts.hashes,
    entries: parts.entries,
  };
}
