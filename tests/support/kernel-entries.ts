import { activations, type Activation } from '../../src/lib/base/activation';
import type { Backend } from '../../src/lib/backend/backend';
import { lazyCrossKernel, type Recipe } from '../../src/lib/theory/common/lazy-recursion';
import entries from './kernel-entries.json';

/** [K(x, z), Θ(x, z), √(K(x, x) K(z, z)), √(Θ(x, x) Θ(z, z))]; null beyond the range of doubles. */
type Row = readonly (number | null)[];

/** A pair of inputs with its entries at depth 1 … 4, to 60 digits before they were rounded: `kernel_entries.py`. */
export type EntryCase = { readonly kind: string; readonly x: readonly number[]; readonly z: readonly number[] } & Readonly<
  Record<Activation, readonly Row[]>
>;

const entryCases = entries as readonly EntryCase[];

/** The worst error of one kernel of one activation, relative to the scale of the pair, and where it was. */
export interface WorstEntry {
  readonly error: number;
  readonly at: string;
}

/** What a backend's numbers can hold: variances of inputs and entries beyond are left out. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

const variance = (x: readonly number[]): number => x.reduce((sum, value) => sum + value * value, 0) / x.length;

/** Whether the recursion of this case stays within the range: variances of the inputs, and what is made of them. */
const within = ({ least, most }: Range, entry: EntryCase, row: Row): boolean => {
  const scales = [variance(entry.x), variance(entry.z)].filter((value) => value > 0);
  return scales.every((value) => value > least && value < most) && row.every((value) => value !== null && Math.abs(value) < most);
};

/**
 * Every case of `kernel-entries.json` within the range on a backend: the worst errors by activation and kernel, over depth 1 … 4. Inputs of
 * one dimension go together, as a batch.
 */
export const worstEntries = async (backend: Backend, range: Range): Promise<Readonly<Record<string, WorstEntry>>> => {
  const worst: Record<string, WorstEntry> = {};
  for (const activation of activations)
    for (const [which, kernel] of (['nngp', 'ntk'] as const).entries()) {
      let [error, at] = [0, ''];
      for (let depth = 1; depth <= 4; depth++)
        for (const dimension of [1, 2, 3]) {
          const rowOf = (entry: EntryCase): Row => entry[activation][depth - 1] as Row;
          const cases = entryCases.filter((entry) => entry.x.length === dimension && within(range, entry, rowOf(entry)));
          if (cases.length === 0) continue;
          const found = await entriesOf(backend, { activation, kernel, depth, variance: 1 }, cases, dimension);
          cases.forEach((entry, b) => {
            const row = rowOf(entry);
            const off = Math.abs((found[b] as number) - (row[which] as number)) / ((row[2 + which] as number) || 1);
            if (off <= error || Number.isNaN(error)) return;
            error = off;
            at = `depth ${depth}, ${entry.kind} ${JSON.stringify(entry.x)} ${JSON.stringify(entry.z)}`;
          });
        }
      worst[`${activation} ${kernel}`] = { error, at };
    }
  return worst;
};

/** The entry between x and z of each case. */
const entriesOf = async (backend: Backend, recipe: Recipe, cases: readonly EntryCase[], dimension: number): Promise<Float64Array> => {
  const shape = { batch: cases.length, rows: 1, columns: dimension };
  using left = backend.upload(
    shape,
    cases.flatMap(({ x }) => x),
  );
  using right = backend.upload(
    shape,
    cases.flatMap(({ z }) => z),
  );
  const made = lazyCrossKernel(backend, recipe, left, right);
  made.variances[Symbol.dispose]();
  using kernel = made.kernel;
  return await backend.read(kernel);
};
