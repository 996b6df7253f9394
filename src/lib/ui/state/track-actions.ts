import { columnName } from '$lib/sheet/address';
import { deleteColumns, deleteRows, insertColumns, insertRows, resizeTracks } from '$lib/sheet/edit';
import { runsOf, tracksOf, wholeOf, type Run, type Whole } from './areas';
import { counted } from './counted';
import type { Workbook } from './workbook.svelte';

/* What a person does to the selected columns and rows. Each is one step of undo, and says aloud what it did. */

/** The columns or rows of the selection, those beside each other together, in order. */
export const selectedTracks = ({ selection }: Workbook, along: Whole): readonly Run[] => {
  const runs = runsOf(
    selection.areas.filter((area) => (wholeOf(area) ?? along) === along),
    along,
  );
  return runs.length === 0 ? [{ first: 0, count: 1 }] : runs;
};

const total = (runs: readonly Run[]): number => runs.reduce((sum, { count }) => sum + count, 0);

const chooseTracks = (workbook: Workbook, along: Whole, runs: readonly Run[]): void => {
  for (const [index, { first, count }] of runs.entries()) workbook.selection.tracks(along, first, first + count - 1, index > 0);
};

/** Inserts as many columns or rows as are selected, before or after those that are beside each other. */
export const insertTracks = (workbook: Workbook, along: Whole, after: boolean): void => {
  const runs = selectedTracks(workbook, along);
  const { text } = workbook.pinned();
  const insert = along === 'columns' ? insertColumns : insertRows;
  // From the last to the first, so that those before are where they were.
  const inserted = (whole: string, { first, count }: Run): string => insert(whole, after ? first + count : first, count);
  if (!workbook.attempt(() => runs.reduceRight(inserted, text))) return;
  const before = (index: number): number => total(runs.slice(0, index));
  chooseTracks(
    workbook,
    along,
    runs.map(({ first, count }, index) => ({ first: first + before(index) + (after ? count : 0), count })),
  );
  workbook.spoken = `${counted(total(runs), along === 'columns' ? 'column' : 'row')} inserted`;
};

/** Deletes the selected columns or rows with the cells that lie in them wholly. */
export const deleteTracks = (workbook: Workbook, along: Whole): void => {
  const runs = selectedTracks(workbook, along);
  const { text } = workbook.pinned();
  const away = along === 'columns' ? deleteColumns : deleteRows;
  if (!workbook.attempt(() => runs.reduceRight((whole, { first, count }) => away(whole, first, count), text))) return;
  chooseTracks(workbook, along, [{ first: runs[0]!.first, count: 1 }]);
  workbook.spoken = `${counted(total(runs), along === 'columns' ? 'column' : 'row')} deleted`;
};

/** Makes the selected columns wider or rows higher by so many pixels, or (`undefined`) as they are by themselves. */
export const sizeTracks = (workbook: Workbook, along: Whole, by: number | undefined): void => {
  const runs = selectedTracks(workbook, along);
  const { first } = runs[0]!;
  const sizes = workbook.layout[along];
  const size = by === undefined ? undefined : (sizes[first] ?? 0) + by;
  if (!workbook.attempt(() => resizeTracks(workbook.text, along, tracksOf(runs), size))) return;
  const name = along === 'columns' ? `column ${columnName(first)}` : `row ${first + 1}`;
  workbook.spoken = size === undefined ? `${name} fits its cells` : `${name} measures ${Math.round(size)} pixels`;
};
