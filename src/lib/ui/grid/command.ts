import type { Workbook } from '../state/workbook.svelte';

/** What a key, an entry of the menu or a button does. Help, menu and keyboard are all made from this one table. */
export interface Command {
  readonly title: string;
  readonly group: (typeof groups)[number];
  /** As `Ctrl+Shift+Z`, in the words of `KeyboardEvent.key`, but `Space`, `Plus` and `Minus`; Ctrl is ⌘ too. */
  readonly keys: readonly string[];
  /** What does the same without a keyboard, where that is not a button. */
  readonly mouse?: string;
  /** Where its keys are taken: while the grid has the keyboard, anywhere but in a text, or everywhere. */
  readonly where: 'grid' | 'page' | 'everywhere';
  /** The browser makes an event of the clipboard of the key, which needs no permission; `run` is for the menu. */
  readonly native?: boolean;
  /** Absent where the browser or another part of the page does it. Answers whether the key was used; nothing means yes. */
  readonly run?: (workbook: Workbook, event?: KeyboardEvent) => boolean | undefined;
}

export const groups = ['Move about', 'Select', 'Write', 'Copy and move', 'Columns and rows', 'Look', 'Sheet'] as const;

const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;
export const withArrows = (modifiers: string): string[] => arrows.map((arrow) => modifiers + arrow);
const vectors: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** The direction of an arrow key. */
export const vector = (event: KeyboardEvent | undefined): readonly [number, number] => vectors[event?.key ?? ''] ?? [0, 0];

/** Does it, and gives the keyboard back to the grid. */
export const returning =
  (what: (workbook: Workbook) => void) =>
  (workbook: Workbook): undefined => {
    what(workbook);
    workbook.wanted++;
  };

/** Does it; the keyboard stays where it is or goes where that takes it. */
export const simply =
  (what: (workbook: Workbook) => void) =>
  (workbook: Workbook): undefined => {
    what(workbook);
  };
