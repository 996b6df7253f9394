import type { CellReport } from '$lib/worker/protocol';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds for which reports are gathered: a cell that is done at once is told as done only. */
const GATHER = 30;

/**
 * Shows on standard error how far the sheet has come: on a terminal one line that changes, elsewhere a line when a cell begins,
 * every tenth of it, and when it is done or in error.
 */
export class Progress {
  readonly #told = new Map<string, string>();
  readonly #states = new Map<string, CellReport>();
  readonly #gathered = new Map<string, CellReport>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly output: Output,
    readonly cells: number,
  ) {}

  /** Takes reports as they come and shows the last one on each cell when some time has passed, or at the `end`. */
  gather(reports: readonly CellReport[]): void {
    for (const report of reports) this.#gathered.set(report.key, report);
    this.#timer ??= setTimeout(() => {
      this.#show();
    }, GATHER);
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const reports = [...this.#gathered.values()];
    this.#gathered.clear();
    if (reports.length > 0) this.take(reports);
  }

  take(reports: readonly CellReport[]): void {
    for (const report of reports) {
      this.#states.set(report.key, report);
      if (!this.output.isTTY) this.#tell(report);
    }
    if (this.output.isTTY) this.output.write(`\r\x1b[K${this.#line()}`);
  }

  /** Shows what was gathered and leaves the terminal on an empty line. */
  end(): void {
    this.#show();
    if (this.output.isTTY) this.output.write('\r\x1b[K');
  }

  #line(): string {
    const all = [...this.#states.values()];
    const running = all.filter(({ status }) => status === 'computing');
    const done = all.filter(({ status }) => status === 'ok' || status === 'error').length;
    return `${done} of ${this.cells} cells${running.map(({ key, progress }) => `, ${key} ${Math.round(100 * progress)} %`).join('')}`;
  }

  #tell({ key, status, progress }: CellReport): void {
    if (status === 'waiting') return;
    const text = status === 'computing' ? `${Math.floor(10 * progress) * 10} %` : status;
    if (this.#told.get(key) === text) return;
    this.#told.set(key, text);
    this.output.write(`${key}: ${text}\n`);
  }
}
