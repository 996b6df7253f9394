import { Problem } from '$lib/base/problem';
import { align } from './axes';
import { hashField, present, type Evaluated } from './evaluated';
import { isGap, type Gap } from './gap';
import { hash, hashText } from './hash';
import type { Axis, Field, Input, Inputs, Kind, NodeDefinition } from './kind';
import type { Entry } from './memory';
import { noWarnings, together, type Inherited, type Warnings } from './warnings';

/** The inputs of a node, aligned: what each of its points is computed from. */
export interface Gathered extends Inherited {
  readonly axes: readonly Axis[];
  readonly size: number;
  /** Some input is coarse. */
  readonly coarse: boolean;
  /** Some item of some input is missing, or was when an input was made. */
  readonly incomplete: boolean;
  /** All remembered values that any point is computed from. */
  readonly entries: ReadonlySet<Entry>;
  inputs(point: number): Inputs;
  /** The first gap among the inputs of a point; with one the point is not computed. */
  gap(point: number): Gap | undefined;
  /** Under what the result at a point is remembered. */
  key(point: number, quality: 'coarse' | 'fine'): string;
  /** What the result at a point goes on referring to. */
  keeps(point: number): readonly Entry[];
  /** All remembered values that a point is computed from. */
  entriesAt(point: number): readonly Entry[];
}

/** What is there of a node; nothing of one that is missing (`Kind.optional`). */
export type Lookup = (id: string) => Evaluated | undefined;

/** One input, or one item of a list: how it looks from each point. */
interface Part {
  value(point: number): unknown;
  hash(point: number): string;
  entries(point: number): readonly Entry[];
  warnings(point: number): Warnings;
  has(point: number, value: unknown): boolean;
  gap(point: number): Gap | undefined;
}

const constant = (value: unknown, text: string): Part => ({
  value: () => value,
  hash: () => text,
  entries: () => [],
  gap: () => undefined,
  warnings: () => noWarnings,
  has: () => false,
});

/** An item that is not there yet. */
const missing: Part = constant(undefined, 'missing');

const listOf = (items: readonly Part[]): Part => ({
  value: (point) => items.map((item) => item.value(point)),
  hash: (point) => `[${items.map((item) => item.hash(point)).join(' ')}]`,
  entries: (point) => items.flatMap((item) => item.entries(point)),
  warnings: (point) => together(items.map((item) => item.warnings(point))),
  has: (point, value) => items.some((item) => item.has(point, value)),
  gap: (point) => firstGap(items, point),
});

function firstGap(parts: readonly Part[], point: number): Gap | undefined {
  for (const part of parts) {
    const gap = part.gap(point);
    if (gap) return gap;
  }
  return undefined;
}

/** An input handed over as `Field`, whatever its axes; it is the same from every point. */
function whole(input: Input, evaluated: Lookup): Part {
  if (input.type === 'list') return listOf(input.items.map((item) => whole(item, evaluated)));
  if (input.type === 'node') {
    const from = evaluated(input.node);
    if (!from) return missing;
    const { result, entries } = from;
    const distinct = present(entries);
    const warnings = together(result.warnings);
    return {
      ...constant(result.field, result.hash),
      entries: () => distinct,
      warnings: () => warnings,
      has: (_, value) => result.field.points.includes(value),
    };
  }
  const field: Field = { axes: [], points: [input.value] };
  return constant(field, hashField([], [hash(input.value)]));
}

/** An input looked at point by point; `sources` collects what has to be aligned and `at` tells the point of a source. */
function pointwise(input: Input, evaluated: Lookup, sources: Evaluated[], at: (source: number, point: number) => number): Part {
  if (input.type === 'literal') return constant(input.value, hash(input.value));
  if (input.type === 'list') return listOf(input.items.map((item) => pointwise(item, evaluated, sources, at)));
  const source = sources.length;
  const from = evaluated(input.node);
  if (!from) return missing;
  sources.push(from);
  return {
    value: (point) => from.result.field.points[at(source, point)],
    hash: (point) => from.hashes[at(source, point)] ?? '',
    entries: (point) => present(from.entries.slice(at(source, point), at(source, point) + 1)),
    gap: (point) => {
      const value = from.result.field.points[at(source, point)];
      return isGap(value) ? value : undefined;
    },
    warnings: (point) => from.result.warnings[at(source, point)] ?? noWarnings,
    has: (point, value) => from.result.field.points[at(source, point)] === value,
  };
}

/**
 * Aligns the inputs of a node. What `evaluated` does not know is missing.
 * @throws Problem when axes of one name differ, when there would be too many points, or when an axis would itself be swept.
 */
export function gather(definition: NodeDefinition, kind: Kind, evaluated: Lookup): Gathered {
  const sources: Evaluated[] = [];
  const used = new Set<Evaluated>();
  let incomplete = false;
  const use: Lookup = (id) => {
    const one = evaluated(id);
    if (one) used.add(one);
    incomplete ||= !one || one.result.incomplete;
    return one;
  };
  let index: readonly Uint32Array[] = [];
  const at = (source: number, point: number): number => index[source]?.[point] ?? 0;
  const named = Object.entries(definition.inputs).map(([name, input]) => {
    const part = kind.whole?.includes(name) ? whole(input, use) : pointwise(input, use, sources, at);
    return { name, part, kept: kind.keeps?.includes(name) ?? true };
  });
  const alignment = align(sources.map((source) => source.result.field.axes));
  index = alignment.index;
  if (kind.yields === 'axis' && alignment.axes.length > 0) {
    throw new Problem(`an axis cannot itself be swept, and its inputs vary over ${alignment.axes.map((axis) => axis.name).join(', ')}`);
  }
  const sorted = named.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    axes: alignment.axes,
    size: alignment.size,
    coarse: [...used].some((one) => one.result.coarse),
    incomplete,
    entries: new Set([...used].flatMap((one) => present(one.entries))),
    inputs: (point) => Object.fromEntries(named.map(({ name, part }) => [name, part.value(point)])),
    gap: (point) =>
      firstGap(
        named.map(({ part }) => part),
        point,
      ),
    key: (point, quality) => {
      const given = sorted.map(({ name, part }) => `${JSON.stringify(name)}:${part.hash(point)}`).join(',');
      const graded = kind.graded && quality === 'coarse' ? ' coarse' : '';
      return hashText(`key ${JSON.stringify(kind.name)} ${kind.version}${graded} ${given}`);
    },
    entriesAt: (point) => named.flatMap(({ part }) => part.entries(point)),
    keeps: (point) => [...new Set(named.filter(({ kept }) => kept).flatMap(({ part }) => part.entries(point)))],
    warnings: (point, without) => together(named.filter(({ name }) => name !== without).map(({ part }) => part.warnings(point))),
    warningsAt: (name, index) => {
      const input = definition.inputs[name];
      return (input?.type === 'node' ? evaluated(input.node)?.result.warnings[index] : undefined) ?? noWarnings;
    },
    handsOn: (point, value) => named.some(({ part }) => part.has(point, value)),
  };
}
