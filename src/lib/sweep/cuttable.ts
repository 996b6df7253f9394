import type { Sheet } from '$lib/sheet/document';

/** Whether a cell is an axis that can be cut: `range(…)` or `each(…)`. */
export const isCuttable = ({ cells }: Sheet, name: string): boolean =>
  cells.some(({ key, formula }) => key === name && formula?.type === 'call' && ['range', 'each'].includes(formula.name));
