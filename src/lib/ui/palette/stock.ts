import type { Cell } from '$lib/sheet/document';
import type { KindReport, Recipe } from '$lib/worker/protocol';

/** A cell of the sheet as something a new formula can be wired to. */
export interface Stocked {
  /** Its name, or its address. */
  readonly reference: string;
  /** The type of its value, if its kind says (`KindReport.makes`). */
  readonly makes: string | undefined;
  readonly selected: boolean;
  /** Cells that it refers to, by their references. */
  readonly uses: readonly string[];
}

/** One line of the palette. */
export interface Offer {
  readonly kind: KindReport;
  readonly recipe: Recipe;
}

/** What a new formula can be made of: the kinds there are and the cells of the sheet, in its order. */
export interface Stock {
  readonly kinds: readonly KindReport[];
  readonly cells: readonly Stocked[];
  /** Cells that draw curves. */
  readonly plots: readonly Cell[];
}

/** All that the palette can offer. */
export const offersOf = (kinds: readonly KindReport[]): Offer[] =>
  kinds.flatMap((kind) => kind.recipes.map((recipe) => ({ kind, recipe })));
