/** Pixels between two names. */
const gap = 5;

/**
 * Which names of ticks are shown: all, or every second, third, … of them, so that none runs into the next.
 *
 * @param ticks where each tick is and how wide its name, in pixels; a name stands centred at its tick
 * @returns for each tick whether its name is shown; the one in the middle always is
 */
export const shownNames = (ticks: readonly { readonly place: number; readonly width: number }[]): boolean[] => {
  const order = ticks.map((_, index) => index).sort((a, b) => ticks[a]!.place - ticks[b]!.place);
  const middle = Math.floor(order.length / 2);
  for (let stride = 1; ; stride++) {
    const shown = order.filter((_, rank) => (rank - middle) % stride === 0);
    const fits = shown.every((index, i) => {
      const [one, next] = [ticks[index]!, ticks[shown[i + 1] ?? -1]];
      return !next || next.place - one.place >= (one.width + next.width) / 2 + gap;
    });
    if (fits || shown.length <= 1) return ticks.map((_, index) => shown.includes(index));
  }
};
