import { Problem } from '$lib/base/problem';
import type { Field } from '$lib/graph/kind';
import { summarise } from './summary';

/** Is a number, or a list with a number, that is not finite. */
const isUnsound = (value: unknown): boolean =>
  typeof value === 'number' ? !Number.isFinite(value) : Array.isArray(value) && value.some(isUnsound);

/** What is wrong with one value: itself, or one of its named numbers, is not finite. */
const faultOf = (value: unknown): Problem | undefined => {
  if (isUnsound(value)) return new Problem('the value is not a finite number');
  if (typeof value !== 'object' || value === null) return undefined;
  const name = Object.entries(summarise(value).fields).find(([, number]) => isUnsound(number))?.[0];
  return name === undefined ? undefined : new Problem(`${name}: is not a finite number`);
};

/**
 * A value as a kind made it, or the Problem that it is not finite: caught where it is made, so that nothing is ever computed from it.
 * A field keeps its other points.
 */
export const soundValue = (value: unknown): unknown => (value instanceof Problem ? value : (faultOf(value) ?? value));

/** The same, of a field: point by point. */
export const soundField = (value: unknown): unknown => {
  if (value instanceof Problem) return value;
  const field = value as Field;
  const points = field.points.map(soundValue);
  return points.every((point, i) => point === field.points[i]) ? field : { ...field, points };
};
