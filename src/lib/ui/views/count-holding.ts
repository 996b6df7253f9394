import type { FieldValues } from '$lib/worker/protocol';

type Comparison = (left: unknown, right: unknown) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  '<': (left, right) => (left as number) < (right as number),
  '<=': (left, right) => (left as number) <= (right as number),
  '>': (left, right) => (left as number) > (right as number),
  '>=': (left, right) => (left as number) >= (right as number),
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

/**
 * At how many points a comparison of two swept sides holds; undefined where neither is swept, or both over different points: what belongs
 * to what is not known here then.
 */
export const countHolding = (
  left: FieldValues | undefined,
  right: FieldValues | undefined,
  operator: string,
): { readonly holds: number; readonly count: number } | undefined => {
  const compare = comparisons[operator];
  const sides = [left, right] as const;
  const counts = sides.flatMap((side) => (Array.isArray(side) ? [side.length] : []));
  const [count] = counts;
  if (!compare || count === undefined || left === undefined || right === undefined || counts.some((one) => one !== count)) return undefined;
  const at = (side: FieldValues, point: number): unknown => (Array.isArray(side) ? (side as readonly unknown[])[point] : side);
  // At a gap nothing holds.
  const holdsAt = (a: unknown, b: unknown): boolean => a !== null && b !== null && compare(a, b);
  const holds = Array.from({ length: count }, (_, point) => holdsAt(at(left, point), at(right, point))).filter(Boolean).length;
  return { holds, count };
};
