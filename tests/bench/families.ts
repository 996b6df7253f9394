import type { Family } from './bench';
import { batch } from './families/batch';
import { cholesky } from './families/cholesky';
import { ensemble } from './families/ensemble';
import { flow } from './families/flow';
import { inverse } from './families/inverse';
import { large } from './families/large';
import { maps } from './families/maps';
import { networks } from './families/networks';
import { product } from './families/product';
import { substitution } from './families/substitution';
import { sweeps } from './families/sweeps';

/** Every family of cases, in the order in which they are run. */
export const families: readonly Family[] = [product, cholesky, substitution, inverse, batch, maps, networks, sweeps, large, ensemble, flow];

/** Those named, or all, of which some only with `hardware`. Throws for a name there is none of. */
export function chosenFamilies(names: readonly string[], hardware = false): readonly Family[] {
  const unknown = names.find((name) => !families.some((family) => family.name === name));
  if (unknown !== undefined) throw new Error(`no family ${unknown}; there are ${families.map(({ name }) => name).join(', ')}`);
  return families.filter((family) => (names.length === 0 ? hardware || !family.hardware : names.includes(family.name)));
}
