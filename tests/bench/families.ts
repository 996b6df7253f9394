import type { Family } from './bench';
import { batch } from './families/batch';
import { cholesky } from './families/cholesky';
import { inverse } from './families/inverse';
import { networks } from './families/networks';
import { product } from './families/product';
import { substitution } from './families/substitution';
import { sweeps } from './families/sweeps';

/** Every family of cases, in the order in which they are run. */
export const families: readonly Family[] = [product, cholesky, substitution, inverse, batch, networks, sweeps];

/** Those named, or all. Throws for a name there is none of. */
export function chosenFamilies(names: readonly string[]): readonly Family[] {
  const unknown = names.find((name) => !families.some((family) => family.name === name));
  if (unknown !== undefined) throw new Error(`no family ${unknown}; there are ${families.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? families : families.filter(({ name }) => names.includes(name));
}
