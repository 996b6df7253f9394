import { Problem } from '$lib/base/problem';
import { hashText } from './hash';
import type { Field } from './kind';

/**
 * Stands in a field where there is no value: the computation of this point failed, or an input has no value there. The other points
 * of the field are not touched by it. It is carried along by everything that is computed point by point.
 */
export class Gap {
  /** @param reason whose problem it is, where, and which: `pre at temperature = 0: the matrix is singular` */
  constructor(readonly reason: string) {}

  /** As the problem of a node that has no value at all. */
  get problem(): Problem {
    return new Problem(this.reason);
  }
}

export const isGap = (value: unknown): value is Gap => value instanceof Gap;

/** Content hash of a gap, as a value has one. */
export const hashOfGap = ({ reason }: Gap): string => hashText(`gap ${reason}`);

/** The gap at a point where a problem was met. @param title whose it is; @param where the point, empty without axes */
export const gapOf = (title: string, where: string, problem: Problem): Gap =>
  new Gap(`${[title, where && `at ${where}`].filter(Boolean).join(' ')}: ${problem.message}`);

/** The gaps among some values. */
export const gapsIn = (values: readonly unknown[]): Gap[] => values.filter(isGap);

/** A field as those see it who look at the values that are there only; points and axes keep their places. */
export type Gapped<Value> = Field<Value | Gap>;

/** The value at a point or, where that is a gap, at the nearest point that has one; undefined when there is none. */
export const nearestValue = <Value>({ points }: Gapped<Value>, point: number): { point: number; value: Value } | undefined => {
  const from = Math.min(Math.max(0, point), points.length - 1);
  for (let step = 0; step < points.length; step++)
    for (const at of [from - step, from + step]) {
      const value = points[at];
      if (value !== undefined && !isGap(value)) return { point: at, value };
    }
  return undefined;
};

/** The values that are there. */
export const valuesOf = <Value>({ points }: Gapped<Value>): Value[] => points.filter((value): value is Value => !isGap(value));

/** `2 of 5 points (pre at temperature = 0: …)`: how many of some values are gaps, and the first reason. */
export const describeGaps = (values: readonly unknown[]): string => {
  const gaps = gapsIn(values);
  const reasons = new Set(gaps.map(({ reason }) => reason));
  const others = reasons.size > 1 ? `; and ${reasons.size - 1} more` : '';
  return `${gaps.length} of ${values.length} points (${gaps[0]?.reason ?? ''}${others})`;
};
