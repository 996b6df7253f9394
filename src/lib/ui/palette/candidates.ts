import type { Cell } from '$lib/sheet/document';
import type { KindReport, Recipe } from '$lib/worker/protocol';

/** A cell of the sheet as something a new formula can be wired to. */
export interface CandidateCell {
  /** Its name, or its address. */
  readonly reference: string;
  /** The type of its value, if its kind says (`KindReport.makes`). */
  readonly makes: string | undefined;
  readonly selected: boolean;
  /** Cells that it refers to, by their references. */
  readonly uses: readonly string[];
}

/** One line of the palette. */
export interface PaletteEntry {
  readonly kind: KindReport;
  readonly recipe: Recipe;
}

/** What a new formula can be made of: the kinds there are and the cells of the sheet, in its order. */
export interface Candidates {
  readonly kinds: readonly KindReport[];
  readonly cells: readonly CandidateCell[];
  /** Cells that draw curves. */
  readonly plots: readonly Cell[];
}

/** All entries of the palette. */
export const paletteEntries = (kinds: readonly KindReport[]): PaletteEntry[] =>
  kinds.flatMap((kind) => kind.recipes.map((recipe) => ({ kind, recipe })));
