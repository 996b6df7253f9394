import type { EngineReport, KindReport, SheetWorker, View, ViewRequest } from '$lib/worker/protocol';
import { Reports } from './reports.svelte';

/**
 * The worker as the interface knows it: gets the text (the latest wins, at most one a frame), gives reports and views.
 * Texts sent before the worker is there wait for it.
 */
export class Engine {
  readonly reports = new Reports();
  report = $state.raw<EngineReport | undefined>();
  kinds = $state.raw<readonly KindReport[]>([]);
  /** Why there is no worker, if there is none. */
  failure = $state('');
  /** True while the worker has work from the last text. */
  busy = $state(false);
  #worker: SheetWorker | undefined;
  #text: string | undefined;
  #sent: string | undefined;
  #frame = 0;

  async start(connect: () => Promise<SheetWorker>): Promise<void> {
    try {
      const worker = await connect();
      await worker.listen((reports) => this.reports.take(reports));
      this.#worker = worker;
      this.#schedule();
      [this.kinds, this.report] = await Promise.all([worker.kinds(), worker.engine()]);
    } catch (error) {
      this.failure = `The engine did not start: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Evaluate this text from now on. */
  send(text: string): void {
    this.#text = text;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame || !this.#worker || this.#text === undefined) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const text = this.#text;
      if (text === undefined || text === this.#sent || !this.#worker) return;
      this.#sent = text;
      this.busy = true;
      this.#worker.evaluate(text).then(
        () => {
          // Settled to the end, or stopped; a later text, not yet settled, has overtaken it otherwise.
          if (this.#sent === text) this.busy = false;
        },
        (error: unknown) => {
          this.busy = false;
          this.failure = `The engine failed: ${error instanceof Error ? error.message : String(error)}`;
        },
      );
    });
  }

  view(key: string, request: ViewRequest): Promise<View> {
    return this.#worker ? this.#worker.view(key, request) : Promise.resolve({ type: 'none' });
  }

  stop(key?: string): void {
    void this.#worker?.stop(key);
  }

  resume(): void {
    if (!this.#worker) return;
    this.busy = true;
    void this.#worker.resume().finally(() => (this.busy = false));
  }

  async addFile(file: File): Promise<void> {
    await this.#worker?.addFile(file.name, new Uint8Array(await file.arrayBuffer()));
    this.#sent = undefined;
    this.#schedule();
  }
}
