import type { Warnings } from '$lib/graph/warnings';

const number = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

/** The first number of a text: how bad it is, where texts differ in their numbers only. */
const figure = (text: string): number => Number(text.match(number)?.[0] ?? 0);

/**
 * What is told of a cell: its own warnings as they are, those it has from other cells with their names. Warnings of one cell that differ
 * in their numbers only, as those of the points of a sweep, are told once, with the largest figure.
 */
export const warningTexts = (cell: string, points: readonly Warnings[]): string[] => {
  const groups = new Map<string, { readonly of: string; readonly texts: Set<string> }>();
  for (const { of, text } of new Set(points.flat())) {
    const name = JSON.stringify([of, text.replaceAll(number, '#')]);
    const group = groups.get(name) ?? { of, texts: new Set() };
    group.texts.add(text);
    groups.set(name, group);
  }
  return Array.from(groups.values(), ({ of, texts }) => {
    const worst = [...texts].reduce((a, b) => (figure(b) > figure(a) ? b : a));
    return `${of === cell ? '' : `${of}: `}${worst}${texts.size === 1 ? '' : ` (the worst of ${texts.size} like it)`}`;
  });
};
