/** Rows of a legend that a figure gives room to; what is more would take the room of the curves. */
const ROWS = 3;
/** About what a name takes of a row, in pixels: its letters, its mark and the space after it. */
export const keyWidth = (name: string): number => 46 + 7 * name.length;

/**
 * The names that a legend of some width shows: all that fit in a few rows, else as many as leave room to say how many more there are.
 *
 * @returns how many of the names are shown
 */
export const shownKeys = (names: readonly string[], width: number): number => {
  const fits = (count: number): boolean => {
    let row = 1;
    let used = 0;
    const more = count < names.length ? ['and 999 more'] : [];
    for (const name of [...names.slice(0, count), ...more]) {
      const wide = keyWidth(name);
      if (used > 0 && used + wide > width) {
        row++;
        used = 0;
      }
      used += wide;
    }
    return row <= ROWS;
  };
  let count = names.length;
  while (count > 1 && !fits(count)) count--;
  return count;
};
