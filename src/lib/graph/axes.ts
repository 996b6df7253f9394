import { Problem } from '$lib/base/problem';
import { canonical } from './hash';
import type { Axis, AxisValue } from './kind';

/** More points than this in one field are a mistake rather than a wish. */
export const MOST_POINTS = 100_000;

/** Number of points of a field over these axes; 1 when there are none. */
export const sizeOf = (axes: readonly Axis[]): number => axes.reduce((size, axis) => size * axis.values.length, 1);

/** Row-major strides: how far apart in `points` two neighbours along each axis are. */
export function stridesOf(axes: readonly Axis[]): number[] {
  const strides = new Array<number>(axes.length).fill(1);
  for (let i = axes.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (axes[i + 1]?.values.length ?? 1);
  return strides;
}

/** Throws a Problem naming the axes when their product is beyond `MOST_POINTS`. */
export function checkSize(axes: readonly Axis[]): void {
  const size = sizeOf(axes);
  if (size <= MOST_POINTS) return;
  const product = axes.map((axis) => `${axis.name} (${axis.values.length})`).join(' × ');
  throw new Problem(`the axes ${product} make ${size} points, at most ${MOST_POINTS} can be computed`);
}

export const sameValues = (a: Axis, b: Axis): boolean => a.values === b.values || canonical(a.values) === canonical(b.values);

/** Which point of each source belongs to each point of the field over all their axes. */
export interface Alignment {
  /** In order of first appearance over the sources. */
  readonly axes: readonly Axis[];
  readonly size: number;
  /** `index[s][p]`: the point of source `s` at point `p` of the result. */
  readonly index: readonly Uint32Array[];
}

/**
 * Aligns fields by the names of their axes, as labelled arrays: a source without an axis is the same all along it.
 * @throws Problem when two axes of the same name have different values, or there would be too many points.
 */
export function align(sources: readonly (readonly Axis[])[]): Alignment {
  const axes: Axis[] = [];
  for (const axis of sources.flat()) {
    const known = axes.find((other) => other.name === axis.name);
    if (!known) axes.push(axis);
    else if (!sameValues(known, axis)) {
      throw new Problem(`two axes are called ${axis.name} but have different values: give one of them another name`);
    }
  }
  checkSize(axes);
  const size = sizeOf(axes);
  return { axes, size, index: sources.map((source) => indexOf(source, axes, size)) };
}

/** The point of a field over `source` at each point of the field over `axes`, which holds them all. */
function indexOf(source: readonly Axis[], axes: readonly Axis[], size: number): Uint32Array {
  const own = stridesOf(source);
  const steps = axes.map((axis) => own[source.findIndex((other) => other.name === axis.name)] ?? 0);
  const strides = stridesOf(axes);
  const index = new Uint32Array(size);
  for (let point = 0; point < size; point++) {
    let at = 0;
    for (const [i, axis] of axes.entries()) at += (Math.floor(point / (strides[i] ?? 1)) % axis.values.length) * (steps[i] ?? 0);
    index[point] = at;
  }
  return index;
}

/** The value of each axis at a point of a field over them; of none, none. */
export function valuesAt(axes: readonly Axis[], point: number): AxisValue[] {
  const strides = stridesOf(axes);
  return axes.map(({ values }, i) => values[Math.floor(point / (strides[i] ?? 1)) % values.length] ?? '');
}

const show = (value: AxisValue): string => (typeof value === 'object' ? `[${value.join(', ')}]` : String(value));

/** How a person would say which point is meant: `delta = 0.01, gamma = 2`; empty when there are no axes. */
export function describePoint(axes: readonly Axis[], point: number): string {
  const values = valuesAt(axes, point);
  return axes.map(({ name }, i) => `${name} = ${show(values[i] ?? '')}`).join(', ');
}
