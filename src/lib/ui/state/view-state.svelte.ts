import { readStored, writeStored } from './storage';

/** The least and the most that the grid is made smaller or larger, and the steps between. */
const zooms = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5];
const key = 'zoom';

const stored = (): number => {
  const zoom = Number(readStored('local', key));
  return zooms.includes(zoom) ? zoom : 1;
};

/** What lies around the sheet and is a person's own: which panels are open, and how large the grid is drawn. */
export class ViewState {
  inspecting = $state(typeof innerWidth !== 'undefined' && innerWidth > 1180);
  outlined = $state(false);
  finding = $state(false);
  helping = $state(false);
  /** The window that is open over the page. */
  dialog = $state<'' | 'share' | 'export' | 'recent' | 'elsewhere'>('');
  /** The palette of new cells, and what is looked for in it: it may be typed before the palette is there. */
  choosing = $state(false);
  wantedKind = $state('');
  /** Where the menu of the grid is open, in pixels of the window. */
  menu = $state.raw<{ readonly x: number; readonly y: number } | undefined>();
  zoom = $state(stored());
  /** All cells are drawn, for paper. */
  printing = $state(false);
  /** Asks for a file; the page says how. */
  openFile: () => void = () => undefined;
  /** Grows when the field of the search should take the keyboard. */
  sought = $state(0);

  /** Opens the palette. */
  choose(): void {
    this.choosing = true;
    this.wantedKind = '';
  }

  /** One step larger (1) or smaller (−1), or (0) as it is by itself. */
  zoomBy(direction: -1 | 0 | 1): void {
    const at = direction === 0 ? zooms.indexOf(1) : zooms.indexOf(this.zoom) + direction;
    this.zoom = zooms[Math.min(zooms.length - 1, Math.max(0, at))] ?? 1;
    writeStored('local', key, String(this.zoom));
  }

  get canGrow(): boolean {
    return this.zoom < zooms[zooms.length - 1]!;
  }

  get canShrink(): boolean {
    return this.zoom > zooms[0]!;
  }

  find(): void {
    this.finding = true;
    this.sought++;
  }
}
