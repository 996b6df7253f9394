import type { Formula } from '$lib/sheet/formula';
import { parseFormula } from '$lib/sheet/parse';
import { mentions, partsOf } from '$lib/sheet/references';
import type { KindParameter } from '$lib/worker/protocol';
import { paletteEntries, type PaletteEntry, type Candidates, type CandidateCell } from './candidates';

/** A cell that a recipe names: where, and of which types it may be; no types where only a cell of that very name will do. */
export interface Need {
  readonly name: string;
  readonly accepts: readonly string[];
  /** The kind can do without it. */
  readonly optional: boolean;
}

interface Part {
  readonly value: Formula;
  readonly name: string | undefined;
  readonly parameter: KindParameter | undefined;
}

/** The arguments of the outermost call of a recipe, each with the parameter that it is for. */
const argumentsOf = ({ kind, recipe }: PaletteEntry): readonly Part[] => {
  const formula = parseFormula(recipe.formula);
  if (formula.type !== 'call') return [];
  const parameter = (name: string | undefined): KindParameter | undefined => kind.parameters.find((one) => one.name === name);
  return [
    ...formula.positional.map((value, i) => ({
      value,
      name: undefined,
      parameter: parameter(kind.positional[i] ?? kind.positional.at(-1)),
    })),
    ...formula.named.map(({ name, value }) => ({ value, name, parameter: parameter(name) })),
  ];
};

/** References of which a field is read, as `err` in `err.test`: they must be errors. */
const readFrom = (formula: Formula): ReadonlySet<string> => {
  const inner = partsOf(formula).flatMap((part) => [...readFrom(part)]);
  return new Set(formula.type === 'field' && formula.of.type === 'reference' ? [formula.of.name, ...inner] : inner);
};

const needsOf = ({ value, parameter }: Part): readonly Need[] => {
  const read = readFrom(value);
  return mentions(value).map(({ name: mentioned }) => ({
    name: mentioned,
    accepts: read.has(mentioned) ? ['errors', 'network ensemble'] : (parameter?.accepts ?? []),
    optional: !parameter?.required,
  }));
};

/** What a recipe must be wired to. */
export const needs = (entry: PaletteEntry): readonly Need[] => argumentsOf(entry).flatMap(needsOf);

/**
 * The cell that meets a need: the selected one, else one of that name, else the last of its type (`avoid`: one that is used already comes
 * last, so that a target task is not the source's again).
 */
export const meet = (need: Need, candidates: Candidates, avoid: ReadonlySet<string> = new Set()): CandidateCell | undefined => {
  if (need.accepts.length === 0) return candidates.cells.find(({ reference }) => reference === need.name);
  const fit = candidates.cells.filter(({ makes }) => makes !== undefined && need.accepts.includes(makes));
  const fresh = fit.filter(({ reference }) => !avoid.has(reference));
  for (const some of [fresh, fit]) {
    const found = some.find(({ selected }) => selected) ?? some.find(({ reference }) => reference === need.name) ?? some.at(-1);
    if (found) return found;
  }
  return undefined;
};

/** How deep a formula is made in place where the sheet has no cell for it. */
const DEPTH = 6;

/** The formula that makes what a need asks for, wired in its turn; of the kind that asks, if it can (a task like another), or called as the recipe
 * has it. */
const made = (need: Need, asking: PaletteEntry, candidates: Candidates, depth: number): string | undefined => {
  const fits = paletteEntries(candidates.kinds).filter(({ kind }) => kind.makes !== undefined && need.accepts.includes(kind.makes));
  const entry = fits.find(({ kind }) => kind.name === asking.kind.name) ?? fits.find(({ recipe }) => recipe.name === need.name) ?? fits[0];
  return entry && depth > 0 ? wired(entry, candidates, depth - 1) : undefined;
};

/**
 * The formula of a recipe, wired: a cell it names is replaced by one of the sheet; where the sheet has none, what the type tells how to make
 * is made in place, and any other argument (an axis, a slider) is left out. So it computes as it stands, also in an empty sheet.
 */
export const wire = (entry: PaletteEntry, candidates: Candidates): string => wired(entry, candidates, DEPTH);

const wired = (entry: PaletteEntry, candidates: Candidates, depth: number): string => {
  const { formula } = entry.recipe;
  const parts = argumentsOf(entry);
  if (parts.length === 0) return formula;
  const used = new Set<string>();
  const written = parts.flatMap((part) => {
    const { from, to } = part.value.span;
    let text = formula.slice(from, to);
    // From the end, so that places before stay where they are.
    for (const { name, span } of [...mentions(part.value)].reverse()) {
      const need = needsOf(part).find((one) => one.name === name);
      const cell = need && meet(need, candidates, used);
      const instead = cell?.reference ?? (need && made(need, entry, candidates, depth));
      if (instead === undefined) return [];
      if (cell) for (const reference of [cell.reference, ...reached(cell, candidates)]) used.add(reference);
      text = text.slice(0, span.from - from) + instead + text.slice(span.to - from);
    }
    return [part.name === undefined ? text : `${part.name}: ${text}`];
  });
  return `${entry.kind.name}(${written.join(', ')})`;
};

/** Everything that a cell depends on, by reference. */
export const reached = (cell: CandidateCell, candidates: Candidates, seen = new Set<string>()): ReadonlySet<string> => {
  for (const reference of cell.uses) {
    if (seen.has(reference)) continue;
    seen.add(reference);
    const next = candidates.cells.find((one) => one.reference === reference);
    if (next) reached(next, candidates, seen);
  }
  return seen;
};
