import { describe, expect, it } from 'vitest';
import { parseArea, parsePosition, printArea } from '$lib/sheet/address';
import { startHistory } from '$lib/sheet/history';
import { duplicateSelected, fillSelected, moveSelected, nudgeSelected, deleteSelected } from '$lib/ui/state/actions';
import { addSelected, toggleSelected } from '$lib/ui/state/select';
import { copiedText, noteCopied, pasteText } from '$lib/ui/state/clipboard';
import { deleteTracks, insertTracks, selectedTracks } from '$lib/ui/state/track-actions';
import { Workbook } from '$lib/ui/state/workbook.svelte';

const text = 'a @A1 = 1\nb @B1:C2 = a\nc @D1 = b\nd @A3 = c\ne @D3 = d\n';
const opened = (sheet = text): Workbook => {
  const workbook = new Workbook();
  workbook.open(startHistory(sheet));
  return workbook;
};
/** The sheet with these cells or squares selected, the first by a click and the others one by one. */
const choosing = (squares: readonly string[], sheet = text): Workbook => {
  const workbook = opened(sheet);
  for (const [index, square] of squares.entries())
    if (index === 0) workbook.select(parsePosition(square));
    else toggleSelected(workbook, parsePosition(square));
  return workbook;
};
const chosen = ({ selectedCells: cells }: Workbook): string => cells.map(({ cell }) => cell.key).join(' ');
const placesOf = ({ placed }: Workbook): string => placed.map(({ cell, area }) => `${cell.key} ${printArea(area)}`).join(', ');

describe('cells selected one by one', () => {
  it('come and go, each whole; the last one stays', () => {
    const workbook = choosing(['A1', 'C2', 'D3']);
    expect(chosen(workbook)).toBe('a b e');
    expect(workbook.spoken).toBe('e selected, 3 cells in all');
    toggleSelected(workbook, parsePosition('B2'));
    expect(chosen(workbook)).toBe('a e');
    expect(workbook.selection.bare).toBe(true);
    expect(workbook.activeCell?.cell.key).toBe('b');
    expect(workbook.selection.holds(parsePosition('C1'))).toBe(false);
    toggleSelected(workbook, parsePosition('A1'));
    toggleSelected(workbook, parsePosition('D3'));
    expect(chosen(workbook)).toBe('e');
    expect(workbook.selection.isSet).toBe(false);
  });

  it('are one again after a click or a step', () => {
    for (const single of [(one: Workbook) => one.select(parsePosition('D1')), (one: Workbook) => one.selection.go(parsePosition('D1'))]) {
      const workbook = choosing(['A1', 'A3']);
      single(workbook);
      expect(chosen(workbook)).toBe('c');
      expect(workbook.selection.isSet).toBe(false);
    }
  });

  it('leave of a rectangle what is not taken out', () => {
    const workbook = opened();
    workbook.selection.over(parseArea('A1:D3'));
    toggleSelected(workbook, parsePosition('B1'));
    expect(chosen(workbook)).toBe('a c d e');
    expect(workbook.selection.holds(parsePosition('C3'))).toBe(true);
  });

  it('are joined by a rectangle from the last one', () => {
    const workbook = choosing(['A3', 'D1']);
    workbook.selection.to(parsePosition('D3'));
    expect(chosen(workbook)).toBe('c d e');
  });
});

describe('by keys', () => {
  it('what is selected stays while another is gone to, and is joined there', () => {
    const workbook = choosing(['A1']);
    addSelected(workbook);
    expect(chosen(workbook)).toBe('a');
    for (const square of ['B1', 'D1', 'D2', 'D3']) workbook.selection.go(parsePosition(square));
    expect(chosen(workbook)).toBe('a');
    expect(workbook.activeCell?.cell.key).toBe('e');
    addSelected(workbook);
    expect(chosen(workbook)).toBe('a e');
    workbook.selection.go(parsePosition('A3'));
    workbook.selection.to(parsePosition('B3'));
    expect(chosen(workbook)).toBe('a d e');
    workbook.selection.go(parsePosition('A1'));
    addSelected(workbook);
    expect(chosen(workbook)).toBe('d e');
    workbook.select(workbook.activeSquare);
    expect(chosen(workbook)).toBe('a');
    expect(workbook.selection.adding).toBe(false);
  });

  it('whole columns and rows are joined too', () => {
    const workbook = choosing(['D1']);
    addSelected(workbook);
    workbook.selection.go(parsePosition('A1'));
    workbook.selection.tracks('columns', 0, 0);
    expect(chosen(workbook)).toBe('a c d');
  });
});

describe('what is done to a set', () => {
  it('is done to each of its cells, in one step of undo', () => {
    const workbook = choosing(['A1', 'D3']);
    deleteSelected(workbook);
    expect(placesOf(workbook)).toBe('b B1:C2, c D1, d A3');
    workbook.undo();
    expect(workbook.text).toBe(text);
  });

  it('copies a line a cell, in the order of the sheet, and pastes only those', () => {
    const workbook = choosing(['D3', 'A1']);
    const copied = copiedText(workbook);
    expect(copied).toBe('a @A1 = 1\ne @D3 = d\n');
    workbook.select(parsePosition('A5'));
    pasteText(workbook, copied);
    expect(placesOf(workbook)).toBe('a A1, b B1:C2, c D1, d A3, e D3, a_2 A5, e_2 D7');
    expect(chosen(workbook)).toBe('a_2 e_2');
  });

  it('moves all by as much, references follow, and they stay selected', () => {
    const workbook = choosing(['A1', 'D3'], '@A1 = 1\n@B1 = A1 + D3\n@D3 = 2\n');
    moveSelected(workbook, 0, 4);
    expect(workbook.text).toBe('@A5 = 1\n@B1 = A5 + D7\n@D7 = 2\n');
    expect(chosen(workbook)).toBe('A5 D7');
    nudgeSelected(workbook, 0, 1);
    expect(placesOf(workbook)).toBe('A6 A6, B1 B1, D8 D8');
  });

  it('takes no cell with it that it only passes', () => {
    const workbook = choosing(['A1', 'A3', 'D1']);
    nudgeSelected(workbook, 0, 1);
    expect(placesOf(workbook)).toBe('a A2, b B1:C2, c D2, d A4, e D3');
    const rectangle = opened('a @A1 = 1\nc @C1 = 2\n');
    rectangle.selection.over(parseArea('A1:B1'));
    nudgeSelected(rectangle, 1, 0);
    expect(chosen(rectangle)).toBe('a');
    nudgeSelected(rectangle, 1, 0);
    expect(placesOf(rectangle)).toBe('a D1, c C1');
  });

  it('keeps the selection on the grid', () => {
    const workbook = opened('a @B1 = 1\n');
    workbook.selection.over(parseArea('A1:B1'));
    nudgeSelected(workbook, -1, 0);
    expect(placesOf(workbook)).toBe('a A1');
    expect(workbook.selection.name).toBe('A1');
  });

  it('is cut and moved together, past what lies between', () => {
    const workbook = choosing(['A1', 'D1']);
    const copied = copiedText(workbook);
    noteCopied(workbook, copied, true);
    expect([...(workbook.cutting?.keys ?? [])]).toEqual(['a', 'c']);
    workbook.select(parsePosition('A7'));
    pasteText(workbook, copied);
    expect(placesOf(workbook)).toBe('a A7, b B1:C2, c D7, d A3, e D3');
    expect(chosen(workbook)).toBe('a c');
  });

  it('is duplicated where there is room for all of it', () => {
    const workbook = choosing(['A1', 'D1']);
    duplicateSelected(workbook);
    expect(placesOf(workbook)).toBe('a A1, b B1:C2, c D1, d A3, e D3, a_2 A2, c_2 D2');
    expect(chosen(workbook)).toBe('a_2 c_2');
  });

  it('is not a fill, and that is said', () => {
    const workbook = choosing(['A1', 'D1']);
    fillSelected(workbook, 'down');
    expect(workbook.text).toBe(text);
    expect(workbook.notice?.text).toMatch(/^Fill works on one rectangle/);
  });

  it('gets one formula into every square of it', () => {
    const workbook = choosing(['A1', 'D3', 'D4']);
    pasteText(workbook, 'z @F9 = 7\n');
    expect(workbook.text).toBe('a @A1 = 7\nb @B1:C2 = a\nc @D1 = b\nd @A3 = c\ne @D3 = 7\nz @D4 = 7\n');
  });
});

describe('columns and rows selected one by one', () => {
  const sheet = 'a @A1 = 1\nb @A2 = 2\nc @A3 = 3\nd @A4 = 4\n';
  /** The first and the third row selected. */
  const rows = (): Workbook => {
    const workbook = opened(sheet);
    workbook.selection.tracks('rows', 0, 0);
    workbook.selection.toggleTrack('rows', 2);
    return workbook;
  };

  it('are deleted together', () => {
    const workbook = rows();
    expect(workbook.selection.wholly).toBe('rows');
    expect(selectedTracks(workbook, 'rows')).toEqual([
      { first: 0, count: 1 },
      { first: 2, count: 1 },
    ]);
    deleteTracks(workbook, 'rows');
    expect(placesOf(workbook)).toBe('b A1, d A2');
    workbook.undo();
    expect(workbook.text).toBe(sheet);
  });

  it('get as many before, or after, each', () => {
    for (const [after, places, names] of [
      [false, 'a A2, b A3, c A5, d A6', '0 3'],
      [true, 'a A1, b A3, c A4, d A6', '1 4'],
    ] as const) {
      const workbook = rows();
      insertTracks(workbook, 'rows', after);
      expect(placesOf(workbook)).toBe(places);
      expect(
        selectedTracks(workbook, 'rows')
          .map(({ first }) => first)
          .join(' '),
      ).toBe(names);
    }
  });

  it('are taken out again', () => {
    const workbook = opened();
    workbook.selection.tracks('columns', 0, 2);
    workbook.selection.toggleTrack('columns', 1);
    expect(chosen(workbook)).toBe('a b d');
    expect(workbook.selection.holdsTrack('columns', 1)).toBe(false);
    expect(workbook.selection.holdsTrack('columns', 2)).toBe(true);
    // Its corner is in the column that was taken out, the rest of it is selected.
    toggleSelected(workbook, parsePosition('B1'));
    expect(chosen(workbook)).toBe('a d');
  });
});
