import type { CellReport } from '$lib/worker/protocol';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows on standard error how far the sheet has come: on a terminal one line that changes, elsewhere a line when a cell begins,
 * every tenth of it, and when it is done or in error.
 */
export class Progress {
  readonly #told = new Map<string, string>();
  readonly #states = new Map<string, CellReport>();

  constructor(
    readonly output: Output,
    readonly cells: number,
  ) {}

  take(reports: readonly CellReport[]): void {
    for (const report of reports) {
      this.#states.set(report.key, report);
      if (!this.output.isTTY) this.#tell(report);
    }
    if (this.output.isTTY) this.output.write(`\r\x1b[K${this.#line()}`);
  }

  /** Leaves the terminal on an empty line. */
  end(): void {
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
