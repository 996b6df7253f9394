import type { PlotView } from '$lib/worker/protocol';

/** Colours that are told apart; further ones begin again. */
const count = 6;

/**
 * A colour for each series. What belongs together, theory and networks of one quantity at one place, shares one. Beside networks a
 * single line of theory is in ink, as it is before they are there, for the networks' colours to tell one width from the other.
 */
export const seriesColours = ({ series: all, incomplete }: Pick<PlotView, 'series' | 'incomplete'>): readonly string[] => {
  const lines = all.filter(({ mark }) => mark === 'line');
  const inInk = lines.length === 1 && (incomplete || all.length > 1) ? lines[0] : undefined;
  const keys = all.map((series, index) => {
    // Two of one kind are never of one colour, whatever they are called.
    const alone = all.every((other) => other === series || other.mark !== series.mark || other.group !== series.group);
    return alone && series.group !== undefined ? series.group : index;
  });
  const coloured = [...new Set(keys.filter((_, index) => all[index] !== inInk))];
  return all.map((series, index) =>
    series === inInk ? 'var(--ink)' : `var(--series-${(coloured.indexOf(keys[index] ?? index) % count) + 1})`,
  );
};
