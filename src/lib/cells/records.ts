import type { Archived, Made } from '$lib/graph/archive';
import type { Field } from '$lib/graph/kind';
import { StandIn } from '$lib/graph/stand-in';
import { decodePlain, decodeProblem, encodePlain, type Json } from './plain-data';
import { kinds } from './registry';
import { summarise } from './summary';

/** A matrix in numbers. */
export interface Block {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly data: readonly number[];
}

/** One computed point as plain data, to be kept in files. */
export interface PointRecord {
  /** Hash of all that the point depends on: kind, version, inputs. */
  readonly key: string;
  /** Node of the sheet, `err` or `err/1`. */
  readonly node: string;
  readonly kind: string;
  /** Content hash of the value, where it is not the key. */
  readonly hash?: string;
  readonly milliseconds?: number;
  /** The value as `encodePlain` writes it, or a field of values or stand-ins. */
  readonly value?: Json;
  /** The training block of a kernel, where it is not too large. */
  readonly block?: Block;
  readonly problem?: { readonly message: string; readonly path: readonly string[]; readonly common?: boolean };
}

/** What takes long to compute is kept; all else is made anew in no time, and data are read anew, for files may have changed. */
const kept = new Set(['theory', 'network']);

/** Whether points of a kind are kept. */
export const isKept = (kind: string): boolean => kept.has(kinds.get(kind)?.purpose ?? '');

const described = (value: unknown): { readonly type?: unknown; readonly mark?: unknown } =>
  typeof value === 'object' && value !== null ? value : {};

/** A value as it is, where it is plain data, else a stand-in for it. */
const encodeValue = (value: unknown): Json | undefined => {
  const plain = encodePlain(value);
  if (plain !== undefined) return plain;
  const { type, mark } = described(value);
  const summary = encodePlain(summarise(value));
  if (summary === undefined || typeof type !== 'string') return undefined;
  return { $standIn: { of: type, summary, ...(typeof mark === 'string' && { mark }) } };
};

const isField = (value: unknown): value is Field => typeof value === 'object' && value !== null && 'axes' in value && 'points' in value;

/** A field whose points are each as they are or stand-ins. */
const encodeField = (field: Field): Json | undefined => {
  const points = field.points.map(encodeValue);
  const rest = encodePlain({ ...field, points: [] });
  if (rest === undefined || !points.every((point) => point !== undefined)) return undefined;
  return { $field: { rest, points } };
};

/** What became of a point, as a record; undefined where it is not kept. */
export const recordOf = ({ kind, key, node }: Made, archived: Archived): PointRecord | undefined => {
  if (!isKept(kind.name)) return undefined;
  if ('problem' in archived) {
    const { message, path } = archived.problem;
    return { key, node, kind: kind.name, problem: { message, path: [...path], ...(archived.common && { common: true }) } };
  }
  const value = isField(archived.value) ? encodeField(archived.value) : encodeValue(archived.value);
  if (value === undefined) return undefined;
  const { hash, milliseconds } = archived;
  return { key, node, kind: kind.name, ...(hash !== key && { hash }), milliseconds, value };
};

const decodeValue = (json: Json, key: string): unknown => {
  const { $standIn: given } = (typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {}) as { $standIn?: Json };
  if (given === undefined) return decodePlain(json);
  const { of, summary, mark } = given as { of: string; summary: Json; mark?: 'line' | 'points' };
  return new StandIn(key, of, decodePlain(summary), mark);
};

/** What a record says of its point. */
export const archivedOf = (record: PointRecord): Archived => {
  const { problem, value = null, hash = record.key, milliseconds = 0 } = record;
  if (problem) return { problem: decodeProblem(problem), common: problem.common ?? false };
  const { $field: field } = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as { $field?: Json };
  if (field === undefined) return { value: decodeValue(value, record.key), hash, milliseconds };
  const { rest, points } = field as { rest: Json; points: readonly Json[] };
  return { value: { ...(decodePlain(rest) as Field), points: points.map((point) => decodeValue(point, record.key)) }, hash, milliseconds };
};
