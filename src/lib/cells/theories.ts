import { bayes } from '$lib/theory/bayes';
import { flow } from '$lib/theory/flow';
import { lazy } from '$lib/theory/lazy';
import { proportional } from '$lib/theory/proportional';
import type { Theory } from '$lib/theory/theory';

export const theoryNames = ['lazy', 'bayes', 'flow', 'proportional'] as const;

/** The theories a sheet can name. */
export const theories: Readonly<Record<(typeof theoryNames)[number], Theory>> = { lazy, bayes, flow, proportional };

/** The theory that made a kernel. */
export const theoryOf = ({ theory }: { readonly theory: string }): Theory => {
  const found = Object.values(theories).find(({ name }) => name === theory);
  if (!found) throw new Error(`there is no theory ${theory}`);
  return found;
};
