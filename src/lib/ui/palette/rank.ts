import { parseFormula } from '$lib/sheet/parse';
import { mentions } from '$lib/sheet/references';
import { paletteEntries, type PaletteEntry, type Candidates } from './candidates';
import { meet, needs, wire } from './wire';

/** How well a query fits a line: its name before its meaning, a beginning before a middle; undefined where it does not. */
const fit = ({ kind, recipe }: PaletteEntry, query: string): number | undefined => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const name = `${kind.name} ${recipe.name}`.toLowerCase();
  const text = `${name} ${kind.purpose} ${recipe.meaning ?? kind.meaning}`.toLowerCase();
  let worst = 3;
  for (const word of words) {
    if (name.startsWith(word)) continue;
    if (name.split(/[\s_]/).some((part) => part.startsWith(word))) worst = Math.min(worst, 2);
    else if (text.includes(word)) worst = Math.min(worst, 1);
    else return undefined;
  }
  return worst;
};

/** How much a line suggests itself: it continues the selected cell, all it needs is there, and it is not there yet. */
const promise = (entry: PaletteEntry, candidates: Candidates): number => {
  const all = needs(entry).filter(({ accepts, optional }) => accepts.length > 0 && !optional);
  const cells = all.map((need) => meet(need, candidates));
  const mentioned = all.length === 0 ? [] : mentions(parseFormula(wire(entry, candidates))).map(({ name }) => name);
  const continues = candidates.cells.some(({ selected, reference }) => selected && mentioned.includes(reference));
  const complete = all.length > 0 && cells.every((cell) => cell !== undefined);
  const taken = candidates.cells.some(({ reference }) => reference === entry.recipe.name);
  return (continues && complete ? 8 + 2 * all.length : 0) - (taken ? 3 : 0);
};

/** The lines for a query, best first; without one, what continues the selected cell comes first and the rest in the order of the kinds. */
export const rank = (candidates: Candidates, query: string): PaletteEntry[] =>
  paletteEntries(candidates.kinds)
    .map((entry, index) => ({ entry, index, fit: fit(entry, query) }))
    .filter((one): one is typeof one & { fit: number } => one.fit !== undefined)
    .map((one) => ({ ...one, promise: promise(one.entry, candidates) }))
    .sort((a, b) => b.fit - a.fit || b.promise - a.promise || a.index - b.index)
    .map(({ entry }) => entry);

/** Whether a line continues the selected cell. */
export const continues = (entry: PaletteEntry, candidates: Candidates): boolean => promise(entry, candidates) > 0;
