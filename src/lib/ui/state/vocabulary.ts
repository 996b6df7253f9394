import type { Sheet } from '$lib/sheet/document';
import type { CellReport } from '$lib/worker/protocol';
import type { Vocabulary } from '../formula/complete';
import type { Placed } from '../grid/placement';
import { namedValues } from '../named-values';

/** The names of a sheet's cells as completion offers them, each with the fields and numbers that the cell has. */
export const namesOffered = (
  { cells }: Sheet,
  byKey: ReadonlyMap<string, Placed>,
  reportOf: (key: string) => CellReport | undefined,
): Vocabulary['names'] =>
  cells.flatMap(({ name, key }) => {
    if (name === undefined) return [];
    const report = reportOf(key);
    const values = report && Object.fromEntries(namedValues(report).map((one) => [one.name, one.text]));
    const kind = byKey.get(key)?.kind ?? '';
    return [{ name, kind, fields: Object.keys(report?.fields ?? {}), ...(values && { values }) }];
  });
