import { mostHeld } from '$lib/data/byte-file';
import { largestFile } from '$lib/data/limits';
import type {
  Answer,
  EngineChoice,
  EngineNews,
  EngineReport,
  Given,
  KindReport,
  PointRecord,
  Question,
  SheetWorker,
  SweepRequest,
} from '$lib/worker/protocol';
import { allowedHosts, rememberHost } from './allowed-hosts';
import { storedEngine, storeEngine } from './engine-choice';
import { keepFile, keptFile, keptNames } from './kept-files';
import { Reports } from './reports.svelte';

/** The answers to `CellQuestions` while there is no worker. */
const nothing: { readonly [Q in Question]: Answer<Q> } = {
  view: { type: 'none' },
  shaders: [],
  modes: [],
  entry: undefined,
  matrices: [],
  arrays: [],
};

/**
 * The worker as the interface knows it: gets the text (the latest wins, at most one a frame), gives reports and views.
 * Texts sent before the worker is there wait for it.
 */
export class Engine {
  readonly reports = new Reports();
  report = $state.raw<EngineReport | undefined>();
  kinds = $state.raw<readonly KindReport[]>([]);
  /** What a person chose; `report` says which engine that came to. */
  choice = $state<EngineChoice>(storedEngine());
  /** Why there is no worker, if there is none. */
  failure = $state('');
  /** True while the worker has work from the last text, and before it has had any. */
  #working = $state(true);
  /** Another engine takes over, unasked, and computes the sheet anew. */
  #moving = $state(false);
  readonly busy = $derived(this.#working || this.#moving);
  #worker: SheetWorker | undefined;
  #text: string | undefined;
  #frame = 0;
  /** While true, what is sent waits; what runs already runs to its end. */
  paused = $state(false);
  /** The text that the worker evaluates. */
  evaluated = $state.raw<string | undefined>();
  /** How many pieces of work were begun. */
  #works = 0;
  /** The files that the sheet may read, each under its name; those that came before the worker was there wait for it. */
  files: readonly File[] = [];
  #early: File[] = [];
  /** Files of earlier visits that the sheet has not named yet. */
  #kept: Promise<string[]> | undefined;

  async start(connect: () => Promise<SheetWorker>): Promise<void> {
    const first = this.choice;
    try {
      const worker = await connect();
      await worker.listen((reports) => this.reports.take(reports));
      await worker.watch((news) => {
        this.#hear(news);
      });
      this.#worker = worker;
      if (this.choice !== first) void this.#follow(() => worker.use(this.choice));
      const hosts = allowedHosts();
      if (hosts.length > 0) await worker.allow(hosts);
      for (const file of this.#early.splice(0)) await this.#add(file);
      this.#schedule();
      [this.kinds, this.report] = await Promise.all([worker.kinds(), worker.engine()]);
    } catch (error) {
      this.failure = `The engine did not start: ${error instanceof Error ? error.message : String(error)}`;
      this.#working = false;
    }
  }

  #hear({ moving, report, failure }: EngineNews): void {
    this.#moving = moving;
    this.failure = failure ?? '';
    if (report) this.report = report;
  }

  /** Computes on this engine from now on, the sheet anew, and keeps the choice. */
  use(choice: EngineChoice): void {
    this.choice = choice;
    storeEngine(choice);
    const worker = this.#worker;
    if (!worker) return;
    this.report = undefined;
    void this.#follow(() => {
      const settled = worker.use(choice);
      void this.#tell(worker);
      return settled;
    });
  }

  /** Reads which engine there is; while another one opens, the answer waits for it. */
  async #tell(worker: SheetWorker): Promise<void> {
    try {
      this.report = await worker.engine();
    } catch {
      // Whoever follows the work hears why.
    }
  }

  /** Evaluate this text from now on. */
  send(text: string): void {
    this.#text = text;
    void this.#recall(text);
    this.#schedule();
  }

  /** Lets what is sent wait from now on, or evaluates the latest of it. */
  pause(paused: boolean): void {
    this.paused = paused;
    if (!paused) this.#schedule();
  }

  #schedule(): void {
    if (this.#frame || !this.#worker || this.#text === undefined || this.paused) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const text = this.#text;
      if (text === undefined || text === this.evaluated || !this.#worker || this.paused) return;
      this.evaluated = text;
      const worker = this.#worker;
      void this.#follow(() => worker.evaluate(text));
    });
  }

  /** Busy until the latest work has settled. What a later one overtook settles too, and says nothing: also when it had the same text. */
  async #follow(work: () => Promise<unknown>): Promise<void> {
    const mine = ++this.#works;
    this.#working = true;
    try {
      await work();
      const report = await this.#worker?.engine();
      // A lost GPU may have been replaced on the way.
      if (report && JSON.stringify(report) !== JSON.stringify(this.report)) this.report = report;
    } catch (error) {
      this.failure = `The engine failed: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      if (mine === this.#works) this.#working = false;
    }
  }

  /** Asks a cell; without a worker there is nothing to tell. */
  ask<Q extends Question>(question: Q, key: string, ...given: Given<Q>): Promise<Answer<Q>> {
    return this.#worker ? this.#worker.ask(question, key, ...given) : Promise.resolve(nothing[question]);
  }

  stop(key?: string): void {
    void this.#worker?.stop(key);
  }

  /** Computes what was stopped: one cell, or all. */
  resume(key?: string): void {
    const worker = this.#worker;
    if (worker) void this.#follow(() => worker.resume(key));
  }

  /** The folder of a sweep for a job on a cluster, or why there is none. */
  async sweepFolder(request: SweepRequest): ReturnType<SheetWorker['sweepFolder']> {
    return this.#worker?.sweepFolder(request) ?? { problem: 'the engine has not started' };
  }

  /** Lets sheets get files from this host, now and on later visits. */
  allow(host: string): void {
    rememberHost(host);
    const worker = this.#worker;
    if (worker) void this.#follow(() => worker.allow([host]));
  }

  /** Reads files of earlier visits that this text names. */
  async #recall(text: string): Promise<void> {
    const kept = await (this.#kept ??= keptNames().then((names) => [...names]));
    for (const name of kept.filter((each) => text.includes(JSON.stringify(each)))) {
      kept.splice(kept.indexOf(name), 1);
      const file = this.files.some((given) => given.name === name) ? undefined : await keptFile(name);
      if (file) await this.#add(file);
    }
  }

  /** A file that was dropped or picked: readable by its name from now on, and kept for later visits where the browser lets it. */
  async addFile(file: File): Promise<void> {
    await this.#add(file);
    void keepFile(file);
  }

  /** Uses points that were computed elsewhere, and evaluates the sheet with them. Resolves, when all has settled, with how many were used. */
  async recall(points: readonly PointRecord[]): Promise<number> {
    const worker = this.#worker;
    if (!worker) return 0;
    await worker.recall(points);
    const text = this.#text ?? '';
    await this.#follow(() => worker.evaluate(text));
    return worker.recalled();
  }

  async #add(file: File): Promise<void> {
    this.files = [...this.files.filter(({ name }) => name !== file.name), file];
    const worker = this.#worker;
    if (!worker) {
      this.#early.push(file);
      return;
    }
    const content =
      file.size > largestFile
        ? { refused: `is ${(file.size / 2 ** 20).toFixed(1)} MiB large, at most ${largestFile / 2 ** 20} MiB can be read` }
        : file.size > mostHeld
          ? file.slice()
          : new Uint8Array(await file.arrayBuffer());
    void this.#follow(() => worker.addFile(file.name, content));
  }
}
