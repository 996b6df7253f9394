import { overlaps, type CellPosition } from '$lib/sheet/address';
import { Problem } from '$lib/base/problem';
import type { Cell, Sheet } from '$lib/sheet/document';
import { readTracks, renameCell } from '$lib/sheet/edit';
import type { Span } from '$lib/sheet/formula';
import { record, redo, startHistory, undo, type History } from '$lib/sheet/history';
import { parse } from '$lib/sheet/parse';
import { precedentsOf } from '$lib/sheet/references';
import type { Tracks } from '$lib/sheet/tracks';
import type { Status } from '$lib/worker/protocol';
import type { Fault, Move } from '../formula/create-editor';
import type { Vocabulary } from '../formula/complete';
import { keysOf, place, placedByKey, type Placed } from '../grid/placement';
import { ViewState } from './view-state.svelte';
import { Engine } from './engine.svelte';
import { foundCells } from './find';
import { pinned, type Pinned } from './pinned';
import { Selection } from './selection.svelte';
import { cellAt, related, squareAfter, type Related } from './selection';
import { commitInto } from './edits';
import { SetAsideDrafts, textHash } from './set-aside-drafts';
import { OpenRequests } from './open-requests';
import type { KeptDraft } from './kept-draft';
import { staleCells } from './stale';
import { faultIn, problemOfCell } from './cell-problem';
import { namesOffered } from './vocabulary';
import type { Cutting, Draft, Layout, Notice, CellProblem } from './workbook-parts';

const none: ReadonlySet<string> = new Set();

/**
 * The open sheet: its text with history, what it says, where its cells stand, what is selected and being written. The text is the
 * document; everything else follows from it.
 */
export class Workbook {
  readonly engine = new Engine();
  #history = $state.raw<History>(startHistory(''));
  readonly text = $derived(this.#history.present);
  readonly sheet: Sheet = $derived(parse(this.text));
  readonly placed: readonly Placed[] = $derived(place(this.sheet.cells));
  readonly byKey: ReadonlyMap<string, Placed> = $derived(placedByKey(this.placed));

  /** Sizes that the sheet gives to columns and rows. */
  readonly sizes: Tracks = $derived(readTracks(this.text));

  readonly selection = new Selection(() => this.placed);
  /** The selected cells: those that cover a square of the selection, in the order of the sheet. */
  readonly selectedCells: readonly Placed[] = $derived.by(() => {
    const { areas } = this.selection;
    return this.placed.filter(({ area }) => areas.some((one) => overlaps(area, one)));
  });
  readonly selectedKeys: ReadonlySet<string> = $derived(keysOf(this.selectedCells));
  readonly activeCell: Placed | undefined = $derived(cellAt(this.placed, this.activeSquare));
  readonly viewState = new ViewState();
  /** Kept here by the grid. */
  layout: Layout = { columns: [], rows: [], page: 10 };
  cut = $state.raw<Cutting | undefined>();
  /** Cells that wait to be moved; an edit of the sheet lets them stay. */
  readonly cutting: Cutting | undefined = $derived(this.cut?.text === this.text ? this.cut : undefined);
  /** What the worker has not heard of, because computing is paused. */
  readonly stale: ReadonlySet<string> = $derived(
    this.engine.paused && this.engine.evaluated !== undefined ? staleCells(this.engine.evaluated, this.sheet) : none,
  );
  /** What the search looks for, and the cells it finds. */
  wantedWords = $state('');
  readonly found: ReadonlySet<string> = $derived(this.viewState.finding ? foundCells(this.placed, this.text, this.wantedWords) : none);
  draft = $state.raw<Draft | undefined>();
  notice = $state.raw<Notice | undefined>();
  /** Read out by screen readers. */
  spoken = $state('');
  /** Grows when the grid should take the keyboard. */
  wanted = $state(0);
  /** Grows when the selection should be seen. */
  shown = $state(0);

  /** What was being written in sheets that are not the open one. */
  readonly setAside = new SetAsideDrafts();
  readonly openRequests = new OpenRequests();
  readonly #signature = $derived(textHash(this.text));

  /** Hears of every new history, to keep it. */
  onkeep: ((history: History) => void) | undefined;
  /** Hears of a history whose sheet another one takes the place of. */
  onreplace: ((history: History) => void) | undefined;

  get history(): History {
    return this.#history;
  }

  /** The square that is written in. */
  get activeSquare(): CellPosition {
    return this.selection.square;
  }

  readonly #precedents = $derived(precedentsOf(this.sheet));
  /** The cells that the selected one refers to, and those that refer to it. */
  readonly related: Related = $derived(related(this.#precedents, this.activeCell?.cell.key));

  /** Opens a sheet with a history of its own. */
  open(history: History): void {
    this.#leave();
    this.#history = history;
    this.selection.at({ column: 0, row: 0 });
    // Of a cell that is as it was the worker says nothing new.
    this.engine.reports.keep((key) => this.byKey.has(key));
    this.engine.send(this.text);
    this.onkeep?.(history);
    this.#takeBack();
  }

  /** Opens another text; the one before can be had back by undo. */
  replaceAll(text: string): void {
    if (text !== this.text) {
      this.onreplace?.(this.#history);
      this.#leave();
    }
    this.change(text);
    this.selection.at({ column: 0, row: 0 });
  }

  /** Another sheet is opened. The unfinished formula is put aside until this sheet is opened again. */
  #leave(): void {
    const kept = this.#writing;
    if (kept) this.setAside.put(kept);
    this.draft = undefined;
  }

  /** Goes on with what was being written here before another sheet took the place of this one. */
  #takeBack(): void {
    const kept = this.draft ? undefined : this.setAside.take(this.text);
    if (kept) this.takeUp(kept);
  }

  /** The text from now on. Texts of one gesture are one step of undo. */
  change(text: string, gesture?: string): void {
    this.#become(record(this.#history, text, gesture));
  }

  /** Writes over a part of the text. */
  write(span: Span, text: string, gesture?: string): void {
    this.change(this.text.slice(0, span.from) + text + this.text.slice(span.to), gesture);
  }

  #become(history: History): void {
    if (history === this.#history) return;
    const before = this.text;
    this.#history = history;
    if (before !== this.text) {
      this.engine.reports.keep((key) => this.byKey.has(key));
      this.engine.send(this.text);
      this.#takeBack();
    }
    this.onkeep?.(history);
  }

  undo(): void {
    this.draft = undefined;
    if (this.#history.past.length === 0) return;
    this.#become(undo(this.#history));
    this.spoken = 'undone';
  }

  redo(): void {
    this.draft = undefined;
    if (this.#history.future.length === 0) return;
    this.#become(redo(this.#history));
    this.spoken = 'redone';
  }

  select(square: CellPosition): void {
    this.selection.at(square);
  }

  /** Selects a cell and brings it into the window; the keyboard stays where it is. */
  show(key: string): void {
    const one = this.byKey.get(key);
    if (!one) return;
    this.selection.at({ column: one.area.column, row: one.area.row });
    this.shown++;
  }

  /** The text in which every cell says where it stands, for edits of places. */
  pinned(): Pinned {
    return pinned(this.text, this.placed);
  }

  /** Begins to write in the selected square; `text` replaces what stands there. */
  edit(where: 'cell' | 'bar', text?: string): void {
    const cell = this.activeCell?.cell;
    this.draft = { square: this.activeSquare, key: cell?.key, text: text ?? this.formulaText(cell), where };
  }

  /** Goes on with a formula that was being written when the page was left; if it does not belong to this sheet it waits for its own. */
  takeUp(kept: KeptDraft): void {
    const { draft, over } = kept;
    const there = cellAt(this.placed, draft.square)?.cell;
    const isElsewhere = kept.sheet !== undefined && kept.sheet !== this.#signature;
    if (isElsewhere || there?.key !== draft.key || this.formulaText(there) !== over || draft.text === over) {
      this.setAside.put(kept);
      return;
    }
    this.selection.at(draft.square);
    this.draft = { ...draft, where: 'bar' };
    this.notice = { text: 'A formula that was not finished is still in the formula bar.', tone: 'plain' };
  }

  /** All that is being written, here and in other sheets, to be kept; the newest last. */
  get unfinished(): readonly KeptDraft[] {
    const own = this.#writing;
    return own ? [...this.setAside.all, own] : this.setAside.all;
  }

  /** What is being written in this sheet. */
  get #writing(): KeptDraft | undefined {
    const { draft } = this;
    if (!draft) return undefined;
    const over = this.formulaText(draft.key === undefined ? undefined : this.byKey.get(draft.key)?.cell);
    return { draft, over, sheet: this.#signature };
  }

  /** The text of the draft so far. */
  drafting(text: string): void {
    if (this.draft) this.draft = { ...this.draft, text, all: false };
  }

  /** Selects the whole draft. */
  selectDraft(): void {
    if (this.draft) this.draft = { ...this.draft, all: true };
  }

  cancel(): void {
    this.draft = undefined;
    this.wanted++;
  }

  /** Takes the draft into the sheet and moves on. */
  commit(text: string, move: Move): void {
    const { draft } = this;
    if (!draft) return;
    this.draft = undefined;
    this.selection.at(draft.square);
    const cell = draft.key === undefined ? undefined : this.byKey.get(draft.key)?.cell;
    if (text !== this.formulaText(cell) && !this.attempt(() => commitInto(this, cell, draft.square, text))) {
      this.draft = { ...draft, text };
      return;
    }
    this.#move(move);
    if (move !== 'stay') this.wanted++;
  }

  #move(move: Move): void {
    const next = squareAfter(this.placed, this.activeSquare, move);
    if (next) this.selection.at(next);
  }

  /** Another name for the selected cell; references follow. */
  rename(name: string): void {
    const cell = this.activeCell?.cell;
    if (cell && name.trim() !== (cell.name ?? '')) this.attempt(() => renameCell(this.text, cell.key, name.trim() || undefined));
  }

  /** Makes an edit; one that cannot be made says why and changes nothing. */
  attempt(edit: () => string): boolean {
    try {
      this.change(edit());
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.notice = { text: error.message, tone: 'bad' };
      return false;
    }
  }

  /** What stands after `=`; a line that could not be read is shown as it is. */
  formulaText(cell: Cell | undefined): string {
    return cell ? this.text.slice(cell.formulaSpan.from, cell.formulaSpan.to) : '';
  }

  /** What is wrong with a cell: in its text, else in its computation. */
  problemOf(cell: Cell): CellProblem | undefined {
    return problemOfCell(cell, this.engine.reports.of(cell.key));
  }

  statusOf(cell: Cell): Status {
    if (cell.problem) return 'error';
    return this.engine.reports.of(cell.key)?.status ?? 'waiting';
  }

  /** What is wrong with a cell, as a part of its formula, to be underlined there. */
  faultOf(cell: Cell | undefined): Fault | undefined {
    const problem = cell && this.problemOf(cell);
    return cell && problem && faultIn(cell, problem);
  }

  /** What completion offers. */
  vocabulary(): Vocabulary {
    const { kinds, reports } = this.engine;
    return { kinds, names: namesOffered(this.sheet, this.byKey, (key) => reports.of(key)) };
  }
}
